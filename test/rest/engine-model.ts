import { Gathering, type Clock } from "../../provider/rest/gathering";

/** Milliseconds that the engine takes to write its state, by the number of resources in it. */
export type Writing = (recorded: number) => number;

interface Event {
  readonly time: number;
  readonly happens: () => void;
}

/** Time that passes only because something happens. */
class EventClock implements Clock {
  private time = 0;
  private events: Event[] = [];

  now(): number {
    return this.time;
  }

  at(time: number, happens: () => void): () => void {
    const event = { time, happens };
    this.events.push(event);
    return () => {
      this.events = this.events.filter((other) => other !== event);
    };
  }

  later(milliseconds: number, callback: () => void): () => void {
    return this.at(this.time + milliseconds, callback);
  }

  run(): void {
    for (let next = this.first(); next; next = this.first()) {
      this.events = this.events.filter((event) => event !== next);
      this.time = next.time;
      next.happens();
    }
  }

  private first(): Event | undefined {
    return this.events.reduce<Event | undefined>(
      (first, event) => (first && first.time <= event.time ? first : event),
      undefined,
    );
  }
}

/** What a deployment took. */
export interface Taken {
  /** How many calls each request held. */
  readonly requests: readonly number[];
  readonly seconds: number;
}

const mostInBatch = 50;

/**
 * A deployment of so many equal resources as the engine does it: several at once, and the state written before and after each,
 * one writing after the other.
 */
export class EngineModel {
  private readonly clock = new EventClock();
  private readonly gathering = new Gathering(this.clock);
  private readonly requests: number[] = [];
  private written = 0;
  private recorded = 0;
  private begun = 0;
  private waiting = 0;
  private isAsking = false;
  private callOff = (): void => undefined;

  constructor(
    private readonly count: number,
    private readonly parallel: number,
    private readonly writing: Writing,
    /** Milliseconds until the portal answers. */
    private readonly answering: number,
  ) {}

  run(): Taken {
    for (let index = 0; index < this.parallel; index++) this.work();
    this.clock.run();
    return { requests: this.requests, seconds: this.clock.now() / 1_000 };
  }

  private write(done: () => void): void {
    this.written = Math.max(this.written, this.clock.now()) + this.writing(this.recorded);
    this.clock.at(this.written, done);
  }

  private work(): void {
    if (this.begun >= this.count) return;
    this.begun += 1;
    this.write(() => {
      this.gathering.begin();
      this.waiting += 1;
      this.ask();
    });
  }

  private ask(): void {
    this.callOff();
    if (this.isAsking || this.waiting === 0) return;
    const pause = this.waiting >= mostInBatch ? 0 : this.gathering.pause();
    if (pause > 0) this.callOff = this.clock.later(pause, () => this.ask());
    else this.send(Math.min(mostInBatch, this.waiting));
  }

  private send(calls: number): void {
    this.isAsking = true;
    this.waiting -= calls;
    this.requests.push(calls);
    this.clock.later(this.answering, () => {
      this.isAsking = false;
      for (let index = 0; index < calls; index++) this.answered();
      this.ask();
    });
  }

  private answered(): void {
    this.gathering.end();
    this.recorded += 1;
    this.write(() => this.work());
  }
}
