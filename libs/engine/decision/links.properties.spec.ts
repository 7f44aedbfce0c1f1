import { linkProperties } from '#testing/decision/link-properties.js';
import { memoryWorld } from '#testing/decision/memory-world.js';

linkProperties('in memory', 1_000, async (before) => memoryWorld(before));
