// Addresses, srcset and <picture> for a resize404 site. `Site` is where to begin.
export { extract, generate, nextLoader, nuxtProvider, transform } from './frameworks.js';
export { Mistake } from './mistake.js';
export { SignedSite } from './signed_site.js';
export { Site } from './site.js';
