// A script that was written to run while the page is read.
const note = (what) => window.__heard.push(`late: ${what}`);
const older = window.onload;
document.addEventListener('DOMContentLoaded', (event) => note(`${event.type} ${event.target === document} ${document.readyState}`), { once: true });
addEventListener('load', (event) => note(`${event.type} by a listener`));
window.onload = (event) => {
  if (older) older(event);
  note(`${event.type} by a handler`);
};
const gone = () => note('a listener that was taken away');
addEventListener('load', gone);
removeEventListener('load', gone);
document.addEventListener('click', () => {});
document.write('<p id="written">Written by ', 'a script</p>');
document.writeln('<script>__heard.push("written script")</', 'script>');
note('ran');
