import { memoryWorld } from '#testing/decision/memory-world.js';
import { decisionProperties } from '#testing/decision/properties.js';

decisionProperties('in memory', 1_000, async () => memoryWorld());
