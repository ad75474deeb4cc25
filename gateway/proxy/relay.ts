import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Log } from '../../core/log.ts';
import { Failure } from '../../core/failure.ts';
import { backendFailure, pauseBeforeTry } from './backend-failure.ts';
import type { Backend, Lane } from './backends.ts';
import { atEndOfTurn } from './end-of-turn.ts';
import { keepAlive, type KeepAlive } from './keep-alive.ts';
import { responseHeaders } from './response-headers.ts';
import { judgeResponse, refused, type Verdict } from './response-rules.ts';

/** How an exchange ended that had an answer; one without is a Failure. */
export interface Forwarded {
  /** What the client was sent; 499 where it left before. */
  readonly status: number;
  readonly outcome: 'complete' | 'client_left' | 'backend_lost';
  /** Of the answer's body. */
  readonly bytes: number;
  /** Milliseconds until the head of the answer. */
  readonly waited: number;
}

interface Head {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly verdict: Exclude<Verdict, Failure>;
  /** What the client gets of the headers, as a flat list. */
  readonly answer: string[];
  readonly waited: number;
}

/** One request, ready to be sent. */
export interface Task {
  readonly outgoing: ServerResponse;
  readonly backend: Backend;
  readonly lane: Lane;
  readonly request: Dispatcher.DispatchOptions;
  /** What the client is to know a session of the backend by. Throws a Failure for an id that is none. */
  readonly sealedSession: (id: string | string[]) => string;
  readonly streamsPerServer: number;
  /** Of an exchange that would stay open for as long as both sides like: from where it can be ended. */
  readonly openStreams?: Set<OpenStream> | undefined;
  /** When the caller's access token ends, seconds since 1970. */
  readonly expiresAt: number;
  /** Milliseconds of silence on an event stream until a comment is sent. */
  readonly keepAliveMs: number;
  readonly log: Log;
}

/** A stream of notifications. */
export interface OpenStream {
  /** When its caller must show another access token, seconds since 1970: a token that is revoked or withdrawn must not see on for ever. */
  readonly expiresAt: number;
  /** Ends it as if the server had said all: the client has a whole answer, and opens another stream elsewhere. */
  end(): void;
}

/** Bytes of a body that are sent as one text with the head, which needs one write; above it, the copy costs more than a second one. */
const SMALL_BYTES = 16_384;
/** Bytes of a body that nobody gets which are read to keep the connection: more than any error page has. */
const DROPPED_BYTES = 65_536;
/** Milliseconds for the end of a stream to reach its client: one that does not read would never have it. */
const END_MS = 1000;

const CLIENT_LEFT = new Error('the client left');
const ENOUGH = new Error('the rest of a dropped body is not read');

/** Sends a request and passes its answer on. Resolves when the exchange is over; rejects with a Failure where nothing was answered. */
export const relay = (task: Task): Promise<Forwarded> =>
  new Promise((resolve, reject) => new Relay(task, resolve, reject).start());

/** Between undici's callbacks and the client's response. One object for each request: closures would cost more than what they do. */
class Relay implements Dispatcher.DispatchHandler, OpenStream {
  private readonly task: Task;
  private readonly outgoing: ServerResponse;
  private readonly resolve: (forwarded: Forwarded) => void;
  private readonly reject: (failure: Failure) => void;
  private readonly startedAt = performance.now();
  private lane: Lane;
  /** There from the moment at which the first byte is written to the backend. */
  private controller: Dispatcher.DispatchController | undefined;
  private head: Head | undefined;
  private bytes = 0;
  /** A small body that came in one piece. */
  private whole: Buffer | undefined;
  private keepAlive: KeepAlive | undefined;
  private retries = 0;
  private hasClientLeft = false;
  private hasBegun = false;
  private isOver = false;

  constructor(task: Task, resolve: (forwarded: Forwarded) => void, reject: (failure: Failure) => void) {
    this.task = task;
    this.outgoing = task.outgoing;
    this.lane = task.lane;
    this.resolve = resolve;
    this.reject = reject;
  }

  get expiresAt(): number {
    return this.task.expiresAt;
  }

  start(): void {
    this.lane.inFlight++;
    this.outgoing.on('close', () => this.onClientClose());
    this.task.openStreams?.add(this);
    this.dispatch();
  }

  end(): void {
    if (this.isOver) return;
    // Without a controller the request still waits for a connection; onRequestStart ends it there.
    this.hasClientLeft = true;
    this.settle(this.hasBegun ? 'complete' : stopping());
    this.controller?.abort(CLIENT_LEFT);
    if (!this.hasBegun) return;
    this.outgoing.end();
    setTimeout(() => this.outgoing.destroy(), END_MS).unref();
  }

  private dispatch(): void {
    this.task.lane.pool.dispatch(this.task.request, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.hasClientLeft) throw CLIENT_LEFT;
    this.controller = controller;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    const verdict = judgeResponse(status, headers);
    if (verdict instanceof Failure) return controller.abort(verdict);
    const id = headers['mcp-session-id'];
    const session = id === undefined ? undefined : this.task.sealedSession(id);
    const answer = responseHeaders(status, headers, verdict, session);
    this.head = { status, headers, verdict, answer, waited: performance.now() - this.startedAt };
    if (verdict === 'events') this.beginStream(this.head);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const head = this.head;
    if (!head) return;
    this.bytes += chunk.length;
    if (head.verdict === 'empty') return controller.abort(refused(head.status, head.headers));
    if (head.verdict === 'dropped') {
      if (this.bytes > DROPPED_BYTES) controller.abort(ENOUGH);
      return;
    }
    if (chunk.length <= SMALL_BYTES && head.headers['content-length'] === String(chunk.length)) {
      this.whole = chunk;
      return;
    }
    this.begin(head);
    this.keepAlive?.wrote(chunk);
    if (this.outgoing.write(chunk)) return;
    controller.pause();
    this.outgoing.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    const head = this.head;
    if (!head) return;
    if (this.hasBegun) this.complete(head);
    else atEndOfTurn(() => this.complete(head));
  }

  /** Nothing more will come: by the backend's doing, or by an abort of ours. */
  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.isOver) return;
    if (this.head && error === ENOUGH) return this.complete(this.head);
    if (this.hasClientLeft) return this.settle('client_left');
    // Nothing was written, so nothing can be executed twice.
    const pause = this.controller ? undefined : pauseBeforeTry(error, this.retries);
    if (pause === undefined) return this.fail(error);
    this.retries++;
    if (pause === 0) return this.dispatch();
    setTimeout(() => (this.hasClientLeft ? this.settle('client_left') : this.dispatch()), pause);
  }

  private onClientClose(): void {
    if (this.isOver) return;
    this.hasClientLeft = true;
    // Without a controller the request still waits for a connection; onRequestStart ends it there.
    this.controller?.abort(CLIENT_LEFT);
  }

  /** The head goes with the first bytes of the body, so that a backend that dies in between can still be answered for. */
  private begin({ status, answer }: Head): void {
    if (this.hasBegun) return;
    this.outgoing.writeHead(status, answer);
    this.hasBegun = true;
  }

  /** The head of a stream goes at once: its first event may come in hours. */
  private beginStream(head: Head): void {
    this.begin(head);
    this.outgoing.socket?.setNoDelay(true);
    // After this turn, so that an event which came with the head goes out with it.
    process.nextTick(() => this.outgoing.flushHeaders());
    // Not into a body that is measured or compressed.
    const { 'content-length': length, 'content-encoding': encoding } = head.headers;
    if (length === undefined && encoding === undefined)
      this.keepAlive = keepAlive(this.outgoing, this.task.keepAliveMs);
    const { streams } = this.task.backend;
    if (this.lane === streams || streams.inFlight >= this.task.streamsPerServer) return;
    // A long stream that began as a request must not keep a place of the short ones.
    this.lane.inFlight--;
    this.lane = streams;
    this.lane.inFlight++;
  }

  /** Does not throw. */
  private complete(head: Head): void {
    if (this.hasClientLeft) return this.settle('client_left');
    try {
      this.begin(head);
      if (this.whole) this.outgoing.end(this.whole.toString('latin1'), 'latin1');
      else this.outgoing.end();
    } catch (error) {
      return this.fail(error);
    }
    this.settle('complete');
  }

  private fail(error: unknown): void {
    const failure =
      error instanceof Failure ? error : backendFailure(this.task.backend.server, error, this.controller !== undefined);
    if (!this.hasBegun) return this.settle(failure);
    // The client must see that the rest is missing: no last chunk, no full length, the connection just ends.
    const { id, code, detail } = failure;
    this.task.log.warn({ id, code, ...detail }, 'the backend ended in the middle of an answer');
    this.outgoing.destroy();
    this.settle('backend_lost');
  }

  private settle(outcome: Forwarded['outcome'] | Failure): void {
    if (this.isOver) return;
    this.isOver = true;
    this.task.openStreams?.delete(this);
    this.keepAlive?.stop();
    this.lane.inFlight--;
    if (outcome instanceof Failure) return this.reject(outcome);
    const { status = 499, waited = performance.now() - this.startedAt } = this.head ?? {};
    this.resolve({ status, outcome, bytes: this.bytes, waited });
  }
}

const stopping = (): Failure =>
  new Failure('gateway_stopping', 'The gateway is stopping. Send the request again.', {
    status: 503,
    headers: { 'retry-after': '1' },
  });
