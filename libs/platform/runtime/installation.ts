/** Where this installation's own files are: the rules of the demo, the documentation. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Full path of a file or folder of the repository, whether this runs compiled (`dist`) or as it was written. */
export function installed(...path: readonly string[]): string {
  return join(root(import.meta.dirname), ...path);
}

/** The nearest folder above that is a package. */
function root(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error(`no package.json above ${import.meta.dirname}: the installation is not whole`);
  return root(above);
}
