// The description of the API as a page: text is only ever set as text.

const METHODS = ['get', 'put', 'post', 'delete'];

function element(name, text, ...children) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

/** The name of a schema, or what kind of value it is. */
function named(schema = {}) {
  if (schema.$ref) return schema.$ref.split('/').pop();
  if (schema.items) return `list of ${named(schema.items)}`;
  return [].concat(schema.type || 'anything').join(' or ');
}

function members({ properties = {}, required = [] }) {
  const rows = Object.entries(properties).map(([name, schema]) => {
    const key = element('dt', '', element('code', name), ` ${named(schema)}${required.includes(name) ? '' : ', may be missing'}`);
    return [key, element('dd', schema.description)];
  });
  return element('dl', '', ...rows.flat());
}

function operation(method, path, { summary, description, parameters = [], requestBody, responses }) {
  const parts = [element('p', description)];
  for (const { name, in: place, description: says } of parameters) {
    parts.push(element('p', '', element('code', name), ` (${place}) ${says || ''}`));
  }
  for (const [type, { schema }] of Object.entries((requestBody || {}).content || {})) {
    parts.push(element('p', `Body: ${named(schema)}, ${type}`));
  }
  for (const [status, { description: says, content = {} }] of Object.entries(responses)) {
    const kinds = Object.entries(content).map(([type, { schema }]) => `${named(schema)}, ${type}`);
    parts.push(element('p', '', element('code', status), ` ${says} ${kinds.join('; ')}`));
  }
  const head = element('summary', '', element('b', method.toUpperCase()), ' ', element('code', path), ` ${summary || ''}`);
  return element('details', '', head, ...parts);
}

function show({ paths, components }) {
  const byTag = new Map();
  for (const [path, item] of Object.entries(paths)) {
    for (const method of METHODS.filter((known) => item[known])) {
      const tag = (item[method].tags || ['other'])[0];
      byTag.set(tag, (byTag.get(tag) || []).concat(operation(method, path, item[method])));
    }
  }
  const sections = [...byTag].map(([tag, operations]) => element('section', '', element('h2', tag), ...operations));
  const schemas = Object.entries(components.schemas).map(([name, schema]) =>
    element('details', '', element('summary', '', element('code', name), ` ${schema.description || ''}`), members(schema)),
  );
  sections.push(element('section', '', element('h2', 'members'), ...schemas));
  document.getElementById('operations').replaceChildren(...sections);
}

fetch('/openapi.json')
  .then((response) => response.json())
  .then(show, (error) => {
    document.getElementById('operations').textContent = `The description could not be read (${error.message}).`;
  });
