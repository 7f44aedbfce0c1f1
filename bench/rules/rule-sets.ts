/** Rules for benches, as people write them, by their number. */
import type { RuleFile } from '#engine/publishing/publish.js';

/** One rule a page: all wait for clicks and differ in the address, which an index finds. */
export function pageRule(nth: number): string {
  return `rule: page-${nth}
on: clicked
where: |-
  event.url == "https://www.example.com/page/${nth}" && event.actor != "machine"
if: |-
  !contact.suppressed && contact.score >= 10
then:
  - add_tag: page-${nth}
`;
}

/** One rule a part of an address: nothing but asking tells whether it matches. */
export function partRule(nth: number): string {
  return `rule: part-${nth}
on: clicked
where: event.url.contains("/section/${nth}/")
then:
  - add_tag: part-${nth}
`;
}

/** Three terms, all true of the event and contact that are asked. */
export function threeTermRule(nth: number): string {
  return `rule: three-${nth}
on: clicked
where: event.actor == "human"
if: |-
  contact.score >= ${nth} && contact.tags.exists(t, t == "vip")
then:
  - add_tag: three-${nth}
`;
}

export function ruleFiles(count: number, yamlOf: (nth: number) => string): readonly RuleFile[] {
  return Array.from({ length: count }, (_, nth) => ({ path: `rules/bench-${nth}.yaml`, text: yamlOf(nth) }));
}
