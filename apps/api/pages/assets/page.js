(() => {
  const d = document;
  const $ = (s) => d.querySelector(s);
  const all = (s, n = d) => [...n.querySelectorAll(s)];
  const region = $('[data-live]');
  if (region) {
    let last = region.innerHTML;
    const busy = () => d.hidden || getSelection().type === 'Range' || region.contains($('input:focus,select:focus'));
    const refresh = async () => {
      if (busy()) return;
      const a = await fetch(location.href, { headers: { 'x-fragment': '1' } });
      if (a.status === 401) return location.reload();
      const text = await a.text();
      if (!a.ok || text === last || busy()) return;
      last = text;
      const open = all('details[open][id]', region).map((e) => e.id);
      const known = new Set(all('[data-key]', region).map((e) => e.dataset.key));
      const focus = d.activeElement?.id;
      region.innerHTML = text;
      for (const id of open) d.getElementById(id)?.setAttribute('open', '');
      if (known.size) for (const e of all('[data-key]', region)) e.classList.toggle('fresh', !known.has(e.dataset.key));
      if (focus) d.getElementById(focus)?.focus({ preventScroll: true });
    };
    const loop = () =>
      refresh()
        .catch(() => {})
        .finally(() => setTimeout(loop, +region.dataset.live));
    setTimeout(loop, +region.dataset.live);
  }
  d.addEventListener('click', async (e) => {
    const b = e.target.closest?.('[data-copy]');
    if (!b) return;
    await navigator.clipboard.writeText(b.dataset.copy);
    b.textContent = 'Copied';
    setTimeout(() => (b.textContent = 'Copy'), 1500);
  });
  let go = false;
  d.addEventListener('keydown', (e) => {
    if (e.target.matches('input,select') || e.metaKey || e.ctrlKey || e.altKey) return;
    const { key } = e;
    const to = go && $(`[data-go="${CSS.escape(key)}"]`);
    go = key === 'g' && !to;
    if (to) return to.click();
    const search = key === '/' && $('[type=search]');
    if (search) {
      e.preventDefault();
      search.focus();
      search.select();
    }
    if (key !== 'j' && key !== 'k') return;
    const rows = all('[data-row]');
    const i = rows.indexOf(d.activeElement) + (key === 'j' ? 1 : -1);
    rows[Math.max(0, Math.min(i, rows.length - 1))]?.focus();
  });
})();
