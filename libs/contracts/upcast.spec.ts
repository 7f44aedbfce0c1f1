import { EVENT_VERSIONS, type EventContent, isKnownEvent, upcast } from './upcast.js';

const VERSIONS = new Map([['renamed_thing', 3]]);
const STEPS = {
  'renamed_thing.v1': (content: EventContent) => ({ ...content, data: { name: content.data['nmae'] ?? '' } }),
  'renamed_thing.v2': (content: EventContent) => ({ ...content, data: { names: [String(content.data['name'])] } }),
};
const old = { type: 'renamed_thing', v: 1, data: { nmae: 'x' }, pii: null, id: 'kept' };

describe('upcasting a stored event', () => {
  it('goes one version at a time and keeps what is not content', () => {
    expect(upcast(old, STEPS, VERSIONS)).toEqual({ ...old, v: 3, data: { names: ['x'] } });
  });

  it('gives an event of the current version as it is', () => {
    const current = { ...old, v: 3 };
    expect(upcast(current, STEPS, VERSIONS)).toBe(current);
  });

  it('does not invent a missing step', () => {
    expect(() => upcast(old, {}, VERSIONS)).toThrow('no upcaster lifts renamed_thing from v1');
  });

  it('knows no event newer than this process', () => {
    for (const [type, v] of Object.entries(EVENT_VERSIONS)) {
      expect(isKnownEvent(type, v)).toBe(true);
      expect(isKnownEvent(type, v + 1)).toBe(false);
      expect(isKnownEvent(type, 0)).toBe(false);
    }
    expect(isKnownEvent('never_heard_of', 1)).toBe(false);
    expect(isKnownEvent('toString', 1)).toBe(false);
  });
});
