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
