/** The topics by the generation that is consumed now, as this process knows it: asked for again and again, because others open the next. */
import { TOPICS, topicOf } from '#contracts/topics.js';
import { WorldError } from '#engine/log/errors.js';

/** Topics with the generation in use: read them when they are needed, it changes. */
export interface TopicNames {
  readonly engagements: string;
  readonly deliveries: string;
  readonly contactEvents: string;
}

const LOOK_MS = 2_000;

export class OpenGeneration implements TopicNames {
  #generation = 1;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  /** `open`: asks for it. */
  constructor(private readonly open: () => Promise<number>) {}

  get engagements(): string {
    return topicOf(TOPICS.engagements.name, this.#generation);
  }

  get contactEvents(): string {
    return topicOf(TOPICS.contactEvents.name, this.#generation);
  }

  /** It does not grow: what is on it is read once and needs no order. */
  get deliveries(): string {
    return topicOf(TOPICS.deliveries.name, 1);
  }

  /** Rejects with WorldError when the first look fails. */
  async start(): Promise<this> {
    await this.#look();
    this.#timer = setInterval(() => {
      this.#looking = this.#look().catch((error: unknown) => {
        // The one known stays in use until the next look.
        if (!(error instanceof WorldError)) throw error;
      });
    }, LOOK_MS).unref();
    return this;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    this.#generation = await this.open();
  }
}

/** Of the first generation: for a process that has no database to ask. What it appends goes to the newest one all the same. */
export const FIRST_TOPICS: TopicNames = {
  engagements: topicOf(TOPICS.engagements.name, 1),
  deliveries: topicOf(TOPICS.deliveries.name, 1),
  contactEvents: topicOf(TOPICS.contactEvents.name, 1),
};
