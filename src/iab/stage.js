// What happens on the page, as the standards see it: what is shown, and what the person did.
//
// What this is: from the gate's events to those of TCF and GPP, which do not know each other's words. Nothing here
// carries a choice: whoever is told asks for the truth.

/** The layers of the notice in which people are asked. */
export const VISIBLE = /banner|preferences/;
/** How long another tab may take for it, in milliseconds. */
const PATIENCE = 500;
const ANSWERED = /given|partial|refused|withdrawn/;

/** Follows the notice and the choice, and tells every API: `shown`, `hidden`, `chosen`, `known`. */
export function watch(cmp, apis) {
  const { ports, detail } = cmp;
  const tell = (event) => apis.forEach((api) => api[event]?.());
  let visible = false;
  let settled = false;
  let last;

  /** Something may be acted on: an answer, or that nobody is asked. */
  function known(event) {
    settled = true;
    last = JSON.stringify(cmp.truth());
    tell(event);
  }

  function layer(name) {
    const now = VISIBLE.test(name);
    if (now && !visible) {
      visible = true;
      tell('shown');
    } else if (!now && visible) {
      visible = false;
      tell('hidden');
      if (!waits()) known('known');
    } else if (name == 'button' && !settled) known('known');
  }

  /** Whether people are asked first, and have not answered. */
  function waits() {
    const { status, regime, gpc } = JSON.parse(ports.state());
    return !ANSWERED.test(status) && regime == 'opt_in' && !gpc;
  }

  function chosen() {
    if (visible) tell('hidden');
    visible = false;
    known('chosen');
  }

  // The door of `window.assent` cannot be replaced, and its listeners cannot be called by others.
  const { assent } = window;
  assent.on('notice', (event) => layer(event.layer));
  const changed = () => JSON.stringify(cmp.truth()) != last && (waits() ? known('known') : chosen());
  assent.on('choice', (state) => {
    detail.chosen(state);
    chosen();
  });
  // Another tab writes the detail after its choice, and nobody is granted anything before. Without one, that is told.
  assent.on('change', () => (detail.isThere(JSON.parse(ports.state()).time) ? changed() : setTimeout(changed, PATIENCE)));
  addEventListener('storage', ({ key }) => key == detail.name && changed());
  if (VISIBLE.test(ports.shown())) layer(ports.shown());
  else if (!waits()) known('known');
}
