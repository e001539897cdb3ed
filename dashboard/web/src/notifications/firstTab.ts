// Of several tabs that hear of something, one tells the user.

const kKey = 'specrelay-told';
const kMax = 100;

// Whether this tab is the first that asks for `id`.
export async function isFirstTab(id: string): Promise<boolean> {
  if (!('locks' in navigator)) return note(id);
  return navigator.locks.request(kKey, () => note(id));
}

function note(id: string): boolean {
  const told = read();
  if (told.includes(id)) return false;
  localStorage.setItem(kKey, JSON.stringify([...told, id].slice(-kMax)));
  return true;
}

function read(): string[] {
  try {
    const told: unknown = JSON.parse(localStorage.getItem(kKey) ?? '[]');
    return Array.isArray(told) ? told.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}
