/* In the head, before the first paint: ?theme= wins, then the person's choice, then the system's setting. */
document.documentElement.dataset.theme =
  new URLSearchParams(location.search).get('theme') ||
  localStorage.getItem('offbeat.theme') ||
  (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
