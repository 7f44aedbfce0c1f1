/** A process hangs with a batch in hand until another has taken its partitions and decided the batch; then it goes on. */
import { until } from '../../until.js';
import type { Database } from '../database.js';
import type { Instance } from '../instance.js';
import { pairShape } from '../pair-shape.js';
import type { Place } from '../points/point.js';
import type { Script } from './script.js';

/** As if so much time had passed that it counts as dead: its leases are over. */
const OVER = `
with dead as (
  update log.checkpoint set leased_until = clock_timestamp() - interval '1 s'
  where consumer_group = $1 and topic = $2 and owner = (
    select owner from log.checkpoint where consumer_group = $1 and topic = $2 and partition = $3)
  returning owner
)
update log.consumer set alive_until = clock_timestamp() - interval '1 s' where owner in (select owner from dead)`;
const STANDS = 'select next from log.checkpoint where consumer_group = $1 and topic = $2 and partition = $3';

export const fence: Script = {
  name: 'fence',
  shape: pairShape,
  red: { kind: 'duplicated', sentence: /ended in the books beyond those accepted/ },
  async run(trial) {
    const { shape, senders } = trial;
    const waiting = shape.instances.map(async (instance) => {
      const place = await instance.reaches('before-batch', { of: 'rules' });
      return { instance, place: place as Place };
    });
    const events = senders.happenings('fence@example.net', ['opened', 'clicked', 'custom.form']);
    await senders.tell('generic-hmac', events).acknowledged;
    const { instance: zombie, place } = await Promise.any(waiting);
    zombie.halt();
    for (const other of shape.instances) if (other !== zombie) other.forget();
    await Promise.allSettled(waiting);
    await takenOver(shape.database, place);
    await awake(zombie, async () => (await trial.fenced()) > 0);
  },
};

/** Resolves when another has decided what the one that hangs has in hand. */
async function takenOver(database: Database, { of, topic, partition }: Place): Promise<void> {
  const place = [of, topic, partition];
  await database.use(async (client) => {
    const stands = async (): Promise<unknown> => (await client.query(STANDS, place)).rows[0]?.next;
    const before = await stands();
    await client.query(OVER, place);
    await until(async () => (await stands()) !== before);
  });
}

/** Resolves when its batch has come to an end: refused, or committed after all. */
async function awake(zombie: Instance, refused: () => Promise<boolean>): Promise<void> {
  let committed = false;
  const atTheEnd = zombie.reaches('after-commit', { of: 'rules' }).then(() => {
    committed = true;
  });
  atTheEnd.catch(() => undefined);
  zombie.proceed();
  zombie.resume();
  await until(async () => committed || (await refused()));
  zombie.forget();
}
