/** Line icons, 24 × 24, drawn in the colour of their text. */
import { Html, html } from '../html.js';

const PATHS = {
  live: '<path d="M3 12h4l3-8 4 16 3-8h4"/>',
  contacts:
    '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.6-3.6 3.3-5.5 6.5-5.5s5.900 1.900 6.500 5.500"/><path d="M16 4.800a3.500 3.500 0 0 1 0 6.400M18.500 15c1.700.900 2.700 2.600 3 5"/>',
  inbox: '<path d="M4 13 6.500 5h11L20 13v6H4z"/><path d="M4 13h5l1.500 2.500h3L15 13h5"/>',
  rules: '<path d="M5 5h6v5H5zM13 14h6v5h-6z"/><path d="M8 10v6.500h5"/>',
  sources: '<path d="M9 7V3M15 7V3M7 7h10v4a5 5 0 0 1-10 0zM12 16v5"/>',
  health: '<path d="M12 20S4 15 4 9.500A4.500 4.500 0 0 1 12 7a4.500 4.500 0 0 1 8 2.500C20 15 12 20 12 20z"/>',
  search: '<circle cx="11" cy="11" r="6"/><path d="m20 20-4.500-4.500"/>',
  shield: '<path d="M12 3 5 6v5c0 4.500 3 8 7 10 4-2 7-5.500 7-10V6z"/><path d="m9 9 6 6M15 9l-6 6"/>',
  check: '<path d="m5 12.500 4.500 4.500L19 7.500"/>',
  warn: '<path d="M12 4 2.500 20h19z"/><path d="M12 10v4.500M12 17.300v.200"/>',
  out: '<path d="M10 4H5v16h5M15 8l4 4-4 4M19 12H9"/>',
  bolt: '<path d="M13 3 5 13.500h5.500L10 21l8.500-11H13z"/>',
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): Html {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${new Html(PATHS[name])}</svg>`;
}

/** The mark of the product: a click and what comes after it. */
export function mark(): Html {
  return html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="9"/><path d="M9.500 9 16 22.500l2.300-5.700 5.700-2.300z"/><circle cx="24" cy="24" r="2.600"/></svg>`;
}
