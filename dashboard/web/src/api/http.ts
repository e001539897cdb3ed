// Talks to the server: JSON in and out, errors that say what happened.

export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    // No agent of the project is connected.
    readonly offline: boolean,
    // What is on disk now, when the write was conditional and its condition failed.
    readonly conflict?: { currentHash: string; currentContent?: string },
  ) {
    super(message);
    this.name = 'ApiError';
  }

  // The server was not reached, or could not say what became of the request: asking again may help.
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

export interface Answer<T> {
  data: T;
  status: number;
  etag: string | undefined;
}

export interface RequestOptions {
  method?: string;
  body?: unknown;
  requestId?: string;
  ifMatch?: string;
  signal?: AbortSignal;
}

let onUnauthenticated: () => void = () => undefined;

// Called whenever the server no longer knows who we are.
export function whenUnauthenticated(callback: () => void): void {
  onUnauthenticated = callback;
}

export async function request<T>(path: string, options: RequestOptions = {}): Promise<Answer<T>> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (options.requestId) headers['X-Request-Id'] = options.requestId;
  if (options.ifMatch) headers['If-Match'] = options.ifMatch;
  let response: Response;
  try {
    response = await fetch(path, {
      method: options.method ?? 'GET',
      headers,
      credentials: 'same-origin',
      cache: 'no-cache',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError('The server cannot be reached', 0, false);
  }
  const json = await parse(response);
  if (!response.ok) throw errorOf(response, json, path);
  return { data: json as T, status: response.status, etag: response.headers.get('ETag') ?? undefined };
}

async function parse(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!text) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function errorOf(response: Response, json: unknown, path: string): ApiError {
  const body = (json ?? {}) as Record<string, unknown>;
  const message = typeof body['error'] === 'string' ? body['error'] : `The server answered ${response.status}`;
  if (response.status === 401 && path !== '/api/session') onUnauthenticated();
  const hash = body['currentHash'];
  const content = body['currentContent'];
  if (typeof hash !== 'string') return new ApiError(message, response.status, body['offline'] === true);
  return new ApiError(message, response.status, false, {
    currentHash: hash,
    ...(typeof content === 'string' ? { currentContent: content } : {}),
  });
}

// An idempotency key: whoever sends a write again uses the same one.
export function newRequestId(): string {
  if ('randomUUID' in crypto) return crypto.randomUUID();
  // A page that came without TLS has no randomUUID: the same version 4 UUID by hand.
  const hex = [...(crypto as Crypto).getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

export function projectPath(projectId: string, ...segments: string[]): string {
  return ['/api/projects', projectId, ...segments]
    .map((part, i) => (i === 0 ? part : encodeURIComponent(part)))
    .join('/');
}
