/** Lets dependency-cruiser see sources behind the `#…` names, which Node resolves to the compiled files. */
const { join } = require('node:path');

const root = join(__dirname, '..');
const libs = ['contracts', 'domain', 'providers', 'engine', 'adapters', 'platform', 'testing'];

module.exports = {
  resolve: {
    alias: {
      ...Object.fromEntries(libs.map((lib) => [`#${lib}`, join(root, 'libs', lib)])),
      '#apps': join(root, 'apps'),
    },
    extensionAlias: { '.js': ['.ts', '.js'] },
  },
};
