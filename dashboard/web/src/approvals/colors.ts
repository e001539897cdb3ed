// Of comments on a selection; each has a ::highlight() rule in styles.css.
export const kColors = ['#ffeb3b', '#80deea', '#a5d6a7', '#f48fb1', '#ffcc80'];

export function highlightName(color: string | undefined): string {
  const index = kColors.indexOf(color?.toLowerCase() ?? '');
  return `comment-${Math.max(index, 0)}`;
}
