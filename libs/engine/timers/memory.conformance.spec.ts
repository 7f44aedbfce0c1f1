import { memoryWorld } from '#testing/decision/memory-world.js';
import { timersConformance } from '#testing/decision/timers-conformance.js';

timersConformance('in memory', async () => memoryWorld());
