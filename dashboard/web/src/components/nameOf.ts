import type { Actor } from '../api/types';

// How people know who did something; what is not known of them is empty.
export function nameOf(actor: Actor | undefined): string {
  return actor?.keyName || actor?.account || actor?.client || '';
}
