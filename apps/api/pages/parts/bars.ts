/** Small bar charts, as SVG that needs no style of its own. */
import { type Html, html } from '../html.js';
import { count } from './format.js';

const WIDTH = 240;
const HEIGHT = 34;
const GAP = 2;

/** One bar per value, the newest on the right. `label`: what the chart shows, for those who do not see it. */
export function bars(values: readonly number[], label: string): Html {
  const most = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length);
  const drawn = values.map((value, index) => {
    const height = value === 0 ? 2 : Math.max(3, Math.round((value / most) * HEIGHT));
    const x = (index * step).toFixed(1);
    const width = Math.max(1, step - GAP).toFixed(1);
    return html`<rect${value === 0 ? html` class="none"` : null} x="${x}" y="${HEIGHT - height}" width="${width}" height="${height}" rx="1.5"/>`;
  });
  const sum = values.reduce((total, value) => total + value, 0);
  return html`<svg class="bars" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}: ${count(sum)} in all">${drawn}</svg>`;
}
