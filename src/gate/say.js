// What the people who build the page should know; visitors see nothing of it.

let tell = () => {};

/** Who else is told; later than now, so that a page that listens from the start hears everything. */
export const hear = (fn) => (tell = fn);

export function say(message) {
  console.warn(`assent: ${message}`);
  queueMicrotask(() => tell('problem', { message }));
}
