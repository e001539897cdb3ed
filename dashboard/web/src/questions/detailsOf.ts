import type { Question } from '../api/types';

// What the text of a question says beyond its title: the tool of coding agents takes both as one, and repeats the title
// as the first line of the text.
export function detailsOf({ title, text = '' }: Question): string {
  const [first = '', ...rest] = text.trim().split('\n');
  return first.trim() === title.trim() ? rest.join('\n').trim() : text;
}
