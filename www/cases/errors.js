// Keeps what goes wrong on a page where a test can ask for it.
window.__errors = [];
addEventListener('error', (event) => { if (event instanceof ErrorEvent) window.__errors.push(event.message); });
addEventListener('unhandledrejection', (event) => window.__errors.push(`rejected: ${event.reason}`));
document.addEventListener('securitypolicyviolation', (event) => window.__errors.push(`CSP ${event.violatedDirective}: ${event.blockedURI}`));
