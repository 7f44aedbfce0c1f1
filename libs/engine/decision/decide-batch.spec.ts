import { decisionStoreConformance } from '#testing/decision/conformance.js';
import { memoryWorld } from '#testing/decision/memory-world.js';

decisionStoreConformance('in memory', async () => memoryWorld());
