// What the people who build the page should know; visitors see nothing of it.

export const say = (message) => console.warn(`assent: ${message}`);
