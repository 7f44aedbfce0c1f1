/** The contacts of the demo workspace: invented, at a domain that RFC 2606 keeps free for examples. */

export interface DemoPerson {
  readonly email: string;
  readonly firstName: string;
  readonly company: string;
  readonly title: string;
  /** How this person behaves in the demo's campaign (apps/cli/demo). */
  readonly habit:
    | 'hot'
    | 'clicks'
    | 'opens'
    | 'apple-mail'
    | 'ignores'
    | 'bounces'
    | 'full-mailbox'
    | 'unsubscribes'
    | 'complains';
}

const ROWS: readonly (readonly [firstName: string, company: string, title: string, habit: DemoPerson['habit']])[] = [
  ['Ada', 'Norland Freight', 'Head of Operations', 'hot'],
  ['Bruno', 'Kestrel Labs', 'Engineering Manager', 'clicks'],
  ['Chidi', 'Harbour & Co', 'Buyer', 'opens'],
  ['Dana', 'Kestrel Labs', 'Designer', 'apple-mail'],
  ['Emre', 'Brightwater', 'Founder', 'clicks'],
  ['Femke', 'Polder Foods', 'Marketing Lead', 'opens'],
  ['Goran', 'Alpenblick', 'IT Manager', 'ignores'],
  ['Hana', 'Sakura Textiles', 'Procurement', 'apple-mail'],
  ['Ines', 'Norland Freight', 'Analyst', 'bounces'],
  ['Jonas', 'Brightwater', 'Sales', 'full-mailbox'],
  ['Kira', 'Harbour & Co', 'Assistant', 'unsubscribes'],
  ['Liam', 'Polder Foods', 'Director', 'complains'],
  ['Mei', 'Sakura Textiles', 'CTO', 'clicks'],
  ['Nuri', 'Alpenblick', 'Controller', 'opens'],
];

export const DEMO_PEOPLE: readonly DemoPerson[] = ROWS.map(([firstName, company, title, habit]) => ({
  email: `${firstName.toLowerCase()}@example.com`,
  firstName,
  company,
  title,
  habit,
}));

/** The salesperson who owns them all. */
export const DEMO_OWNER = 'sam@sales.example.com';
