// "My choices": what somebody has chosen here, with the proof of it, and what they may do about it.
//
// What this is: a layer of the notice, drawn into the notice's own stage and dressed by its sheet. Buttons with
// `data-action` are the notice's (back, close, withdraw); those with `data-do` are handled here.

import { dress, inLanguage, make, wordsOf } from '../parts.js';
import css from './record.css';

/** Roots that have the sheet of this layer besides the notice's. */
const dressed = new WeakSet();

/** Draws the layer on a page of the notice. */
export async function draw(page, doors, { base, policy: text }) {
  const opener = page.stage.querySelector('dialog');
  const policy = JSON.parse(text);
  const { tag } = page;
  const words = await wordsOf(base, 'records', tag, policy);
  const strings = page.locale ? JSON.parse(page.locale).strings : {};
  // Closed meanwhile.
  if (!opener?.isConnected) return;
  const root = page.stage.getRootNode();
  if (!dressed.has(root)) dress(root, css);
  dressed.add(root);

  const say = (key) => words[key] ?? '';
  const nameOf = (id, list) => {
    const found = (list || []).find((item) => item.id == id);
    return inLanguage(found?.name, tag) || strings[`purpose.${id}.name`] || id;
  };
  const when = (given) => new Date(given).toLocaleString(tag, { dateStyle: 'long', timeStyle: 'short' });
  const button = (label, attributes) => make('button', { type: 'button', part: 'link', ...attributes }, label);

  const title = make('h2', { part: 'title', id: 'title', tabindex: '-1' }, say('title'));
  const list = make('ol', { part: 'records', 'aria-busy': 'true' });
  const state = make('p', { part: 'text', role: 'status' }, say('loading'));
  const tools = make('div', { part: 'tools' });
  const dialog = make(
    'dialog',
    { part: 'dialog', 'aria-labelledby': 'title' },
    make(
      'div',
      { part: 'head' },
      button('‹', { part: 'close back', 'data-action': 'open', 'aria-label': say('back') }),
      title,
      make('button', { type: 'button', part: 'close', 'data-action': 'close', 'aria-label': say('close') }, '×'),
    ),
    make('div', { part: 'body' }, make('p', { part: 'text' }, say('intro')), state, list),
    make('div', { part: 'error', role: 'alert' }),
    tools,
  );
  page.stage.replaceChildren(dialog);
  dialog.showModal();
  title.focus();
  dialog.addEventListener('click', (event) => act(event.target.closest('[data-do]')?.dataset.do, event));
  await fill();

  async function fill() {
    const { records, complete, forked, waiting } = await doors.history();
    if (!dialog.isConnected) return;
    const items = records.map(item);
    if (waiting) items.unshift(make('li', { part: 'record' }, make('p', { part: 'mark', 'data-mark': 'waiting' }, say('waiting'))));
    list.replaceChildren(...items);
    list.removeAttribute('aria-busy');
    if (forked.length) dialog.querySelector('[part=error]').textContent = say('forked');
    state.textContent = complete || !records.length ? (items.length ? '' : say('none')) : say('offline');
    tool(records.length || waiting);
  }

  function item({ action, givenAt, purposes = {}, verified, fault, log, index }) {
    const mark = verified ? 'verified' : verified === false ? 'false' : 'unknown';
    const granted = Object.entries(purposes).map(([id, yes]) =>
      make('li', { 'data-yes': yes }, make('span', {}, nameOf(id, policy.purposes)), make('span', { part: 'answer' }, say(yes ? 'yes' : 'no'))),
    );
    return make(
      'li',
      { part: 'record' },
      make(
        'div',
        { part: 'row' },
        make('h3', {}, say(`action.${action}`) || say('action.custom')),
        make('span', { part: 'mark', 'data-mark': mark }, say(`mark.${mark}`)),
      ),
      givenAt ? make('time', { datetime: givenAt }, when(givenAt)) : '',
      make('ul', { part: 'answers' }, ...granted),
      verified === false ? make('p', { part: 'fault' }, say(fault == 'missing' ? 'fault.missing' : 'fault')) : '',
      verified ? make('p', { part: 'place' }, `${log} · ${index.toLocaleString(tag)}`) : '',
    );
  }

  /** The buttons below, or the question before an erasure in their place. */
  function tool(some, sure) {
    if (sure) {
      tools.replaceChildren(
        make('p', { id: 'sure' }, say('sure')),
        button(say('erase.no'), { part: 'button', 'data-do': 'keep' }),
        button(say('erase.yes'), { part: 'button', 'data-do': 'erase', 'aria-describedby': 'sure' }),
      );
      tools.querySelector('[data-do=keep]').focus();
      return;
    }
    const granted = JSON.parse(page.state);
    const parts = [];
    if (some) parts.push(button(say('download'), { 'data-do': 'download' }));
    if (/given|partial/.test(granted.status)) parts.push(button(say('withdraw'), { 'data-action': 'withdraw' }));
    if (some) parts.push(button(say('erase'), { 'data-do': 'ask' }));
    tools.replaceChildren(...parts);
  }

  async function act(what, event) {
    if (what == 'ask') tool(true, true);
    if (what == 'keep') {
      tool(true);
      tools.querySelector('[data-do=ask]').focus();
    }
    if (what == 'download') {
      const blob = new Blob([await doors.export()], { type: 'application/x-ndjson' });
      const link = make('a', { href: URL.createObjectURL(blob), download: 'my-choices.ndjson' });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    }
    if (what == 'erase') {
      const done = await doors.erase(event);
      if (!dialog.isConnected) return;
      if (!done) {
        dialog.querySelector('[part=error]').textContent = say('failed');
        return;
      }
      list.replaceChildren();
      tools.replaceChildren();
      state.textContent = say('erased');
      title.focus();
    }
  }
}
