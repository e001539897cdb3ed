// One EventSource for all tabs of the browser: the tab that holds a lock has it and tells the others.
import type { LiveEvent } from './affected';

export type LiveState = 'connecting' | 'live' | 'reconnecting';

type Message = { kind: 'event'; event: LiveEvent } | { kind: 'state'; state: LiveState } | { kind: 'hello' };

const kEventTypes = [
  'agent:created',
  'agent:updated',
  'agent:deleted',
  'projects-update',
  'spec-update',
  'task-status-update',
  'steering-update',
  'approval-update',
  'question-update',
  'implementation-log-update',
  'job-update',
  'file-changed',
  'command-state',
  'activity',
  'presence',
  'resync',
];
// EventSource gives up for good after some failures, as of a proxy's 502; then we begin anew.
const kRetryMs = 3000;

export interface LiveListener {
  onEvent: (event: LiveEvent) => void;
  onState: (state: LiveState) => void;
}

export class LiveConnection {
  private readonly channel = new BroadcastChannel('specrelay-live');
  private readonly abort = new AbortController();
  private source: EventSource | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private state: LiveState = 'connecting';
  private wasLive = false;
  private lastEventId = '';

  constructor(private readonly listener: LiveListener) {
    this.channel.onmessage = (message: MessageEvent<Message>) => this.hear(message.data);
    this.channel.postMessage({ kind: 'hello' } satisfies Message);
    this.lead();
  }

  close(): void {
    this.abort.abort();
    clearTimeout(this.retry);
    this.source?.close();
    this.channel.close();
  }

  private lead(): void {
    // Without a secure context there are no locks; then each tab has a stream of its own.
    if (!('locks' in navigator)) {
      this.open();
      return;
    }
    const ended = new Promise<void>((resolve) => this.abort.signal.addEventListener('abort', () => resolve()));
    navigator.locks
      .request('specrelay-live', { signal: this.abort.signal }, () => {
        this.open();
        return ended;
      })
      .catch(() => undefined);
  }

  private open(): void {
    const query = this.lastEventId ? `?lastEventId=${encodeURIComponent(this.lastEventId)}` : '';
    const source = new EventSource(`/api/events${query}`);
    this.source = source;
    source.onopen = () => this.become('live');
    source.onerror = () => {
      this.become(this.wasLive ? 'reconnecting' : 'connecting');
      if (source.readyState !== EventSource.CLOSED) return;
      source.close();
      this.retry = setTimeout(() => this.open(), kRetryMs);
    };
    for (const type of kEventTypes) {
      source.addEventListener(type, (message: MessageEvent<string>) => {
        this.lastEventId = message.lastEventId;
        const event = parse(message.data);
        if (event) this.tell({ kind: 'event', event });
      });
    }
  }

  private become(state: LiveState): void {
    // The first events may have come before this tab listened, so a new stream begins with reading everything anew.
    this.tell({ kind: 'state', state });
  }

  // To all tabs, this one included.
  private tell(message: Message): void {
    this.channel.postMessage(message);
    this.hear(message);
  }

  private hear(message: Message): void {
    if (message.kind === 'event') {
      this.listener.onEvent(message.event);
    } else if (message.kind === 'state') {
      this.state = message.state;
      this.wasLive ||= message.state === 'live';
      this.listener.onState(message.state);
    } else if (this.source) {
      this.channel.postMessage({ kind: 'state', state: this.state } satisfies Message);
    }
  }
}

function parse(text: string): LiveEvent | undefined {
  try {
    const event = JSON.parse(text) as Partial<LiveEvent>;
    if (typeof event.type !== 'string') return undefined;
    return { type: event.type, projectId: event.projectId ?? '', data: event.data ?? {} };
  } catch {
    return undefined;
  }
}
