// The shop: a basket that tells its trackers, as shops do, and the panel that shows what reached them.
(() => {
  const count = document.querySelector('.basket b');
  let items = 0;

  for (const button of document.querySelectorAll('[data-item]')) {
    button.addEventListener('click', () => {
      items += 1;
      count.textContent = items;
      button.textContent = 'Added';
      window.tide('basket', button.dataset.item);
      navigator.sendBeacon('http://ads.localhost:4321/basket', JSON.stringify({ item: button.dataset.item }));
    });
  }

  const rows = new Map([...document.querySelectorAll('[data-host]')].map((row) => [row.dataset.host, row]));
  new EventSource('/stage/live').onmessage = (event) => {
    const counts = JSON.parse(event.data);
    for (const [host, row] of rows) {
      const cell = row.cells[1];
      const received = String(counts[host] ?? 0);
      if (cell.textContent === received) continue;
      cell.textContent = received;
      row.classList.toggle('reached', received !== '0');
      row.classList.remove('fresh');
      void row.offsetWidth; // restarts the highlight when two arrive in a row
      row.classList.add('fresh');
    }
  };
})();

// The archive: what it holds of this visitor, and its plug.
(async () => {
  const panel = document.querySelector('#archive');
  const [list, state, plug] = ['ol', '.state', 'button'].map((part) => panel.querySelector(part));
  const said = { accept: 'Accepted all', refuse: 'Rejected all', custom: 'Chose', withdraw: 'Withdrew' };
  const marks = new Map([[true, ['✓', 'proved']], [false, ['✗', 'does not hold']]]);
  let running;

  const archive = async (method) => {
    const reply = await fetch('/stage/archive', { method });
    return reply.ok && (await reply.json()).running;
  };

  function line({ action, givenAt, verified, fault }) {
    const item = document.createElement('li');
    const [mark, word] = marks.get(verified) ?? ['…', 'not checked'];
    item.classList.toggle('proved', verified === true);
    item.append(`${said[action] ?? 'Answered'} `, Object.assign(document.createElement('time'), {
      textContent: givenAt ? new Date(givenAt).toLocaleTimeString(document.documentElement.lang) : '',
    }), Object.assign(document.createElement('small'), { textContent: `${mark} ${fault || word}` }));
    return item;
  }

  async function tell() {
    plug.textContent = running ? 'Pull the archive’s plug' : 'Put the plug back in';
    panel.classList.toggle('dark', !running);
    // Nothing of the records is loaded for somebody who has not answered.
    const records = window.assent.choice.status === 'unknown' ? undefined : await window.assent.records();
    const { records: known, waiting } = (await records?.history()) ?? { records: [], waiting: 0 };
    list.replaceChildren(...known.slice(0, 5).map(line));
    const waits = waiting ? `${waiting} ${waiting > 1 ? 'choices wait' : 'choice waits'} on this device.` : '';
    state.textContent = [running ? (known.length ? '' : 'Nothing is recorded yet.') : 'The archive is off.', waits].join(' ').trim();
  }

  plug.addEventListener('click', async () => {
    running = await archive('POST');
    await tell();
  });
  for (const event of ['change', 'record']) window.assent?.on(event, () => tell());
  // Without an archive behind the page there is nothing to tell.
  const reply = await fetch('/stage/archive');
  if (!reply.ok || !window.assent) return;
  ({ running } = await reply.json());
  panel.hidden = false;
  await tell();
})();
