import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationReference } from './reference.js';

const PAGE = join(import.meta.dirname, '../../../docs/configuration.md');

it('is what docs/configuration.md says (UPDATE_GOLDEN=1 writes it)', () => {
  if (process.env['UPDATE_GOLDEN']) writeFileSync(PAGE, configurationReference());
  expect(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '').toBe(configurationReference());
});
