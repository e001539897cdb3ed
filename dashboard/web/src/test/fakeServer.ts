// A server, its answers and the browser's locks, for tests of what is sent.

export interface Seen {
  path: string;
  method: string | undefined;
  requestId: string | undefined;
  ifMatch: string | undefined;
  body: unknown;
}

export type Answer = () => Response | Promise<Response>;

// Answers requests by script, in their order; the last answer repeats.
export class FakeServer {
  readonly seen: Seen[] = [];
  private answers: Answer[] = [];
  private watchers: { count: number; tell: () => void }[] = [];

  readonly fetch = (path: string, init: RequestInit): Promise<Response> => {
    const headers = init.headers as Record<string, string>;
    this.seen.push({
      path,
      method: init.method,
      requestId: headers['X-Request-Id'],
      ifMatch: headers['If-Match'],
      body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined,
    });
    for (const { count, tell } of this.watchers) if (this.seen.length >= count) tell();
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    return answer ? Promise.resolve().then(answer) : Promise.reject(new TypeError('no network'));
  };

  answer(...answers: Answer[]): void {
    this.answers = answers;
  }

  async saw(count: number): Promise<void> {
    await new Promise<void>((tell) => {
      if (this.seen.length >= count) tell();
      else this.watchers.push({ count, tell });
    });
  }
}

// Exclusive locks by name, first come, first served: what Web Locks promise to tabs of one origin.
export class FakeLocks {
  private readonly tails = new Map<string, Promise<unknown>>();

  request<T>(name: string, callback: () => Promise<T>): Promise<T> {
    const result = (this.tails.get(name) ?? Promise.resolve()).then(callback);
    this.tails.set(
      name,
      result.catch(() => undefined),
    );
    return result;
  }
}

export const ok: Answer = () => Response.json({ success: true }, { headers: { ETag: '"2"' } });
export const accepted: Answer = () => Response.json({ requestId: 'r', state: 'QUEUED' }, { status: 202 });
export const agentAway: Answer = () => Response.json({ error: 'the agent is away', offline: true }, { status: 503 });
export const refused: Answer = () => Response.json({ error: 'read only' }, { status: 403 });
export const unreachable: Answer = () => Promise.reject(new TypeError('no network'));
export const conflict: Answer = () =>
  Response.json({ error: 'changed', currentHash: 'h2', currentContent: 'theirs' }, { status: 412 });

// An answer that comes when the test says so.
export function held(): { answer: Answer; release: (response: Response) => void } {
  let release: (response: Response) => void = () => undefined;
  const promise = new Promise<Response>((resolve) => (release = resolve));
  return { answer: () => promise, release: (response) => release(response) };
}
