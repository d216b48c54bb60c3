// The provider of Nuxt Image, as its configuration names it: `provider: 'resize404-client/nuxt'`.

import { nuxtProvider } from './frameworks.js';

export const { getImage } = nuxtProvider();
export default nuxtProvider;
