// What was left on in the framework's own words, kept beside the choice that it belongs to.
//
// What this is: one text in local storage, or in a cookie where the choice is shared between hosts, with the time of its
// choice. What it says is the core's; a text of another choice, or none, leaves nobody anything.

const EVERYTHING = '*';
const NOTHING = '.';
/** In seconds. A detail that outlives its choice belongs to none. */
const YEAR = 31536000;

/** The keeper of a policy's detail. */
export function makeDetail({ cookie: { name: key = 'assent', domain } = {} }) {
  const name = `${key}-tcf`;
  let pending;

  function stored() {
    try {
      const cookie = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`));
      return (domain ? cookie && decodeURIComponent(cookie.slice(name.length + 1)) : localStorage.getItem(name)) || '';
    } catch {
      return '';
    }
  }

  function write(time, text) {
    const line = `${time}:${text}`;
    if (stored() == line) return;
    try {
      const age = `path=/;samesite=lax;max-age=${YEAR}${location.protocol == 'https:' ? ';secure' : ''}`;
      if (domain) document.cookie = `${name}=${encodeURIComponent(line)};${age};domain=${domain}`;
      else localStorage.setItem(name, line);
    } catch {
      // It is not there the next time, and nobody is granted anything.
    }
  }

  return {
    name,
    /** What the answer that is being given says. It is forgotten with the task, whether it was taken or not. */
    say(text) {
      pending = text;
      setTimeout(() => (pending = undefined));
    },
    isThere: (time) => !time || stored().startsWith(`${time}:`),
    /** What belongs to a choice. Somebody who has not answered was not asked in detail. */
    of(time) {
      if (!time) return EVERYTHING;
      if (pending !== undefined) write(time, pending);
      const line = stored();
      return line.startsWith(`${time}:`) ? line.slice(`${time}:`.length) : '';
    },
    /** An answer was given: by a call of the page it is the plain choice, by the notice what its layers said, or nothing. */
    chosen({ time, how }) {
      write(time, pending ?? (/banner|preferences/.test(how) ? NOTHING : EVERYTHING));
    },
  };
}
