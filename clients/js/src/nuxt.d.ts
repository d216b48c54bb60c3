import type { NuxtProvider } from './resize404.js';

export declare const getImage: NuxtProvider['getImage'];
declare const provider: () => NuxtProvider;
export default provider;
