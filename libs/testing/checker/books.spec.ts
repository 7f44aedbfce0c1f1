import { unbalanced } from './books.js';

const books = { reached: [], accepted: 10, ended: 9 };

it('is content when as much ended and was accepted as was read', () => {
  expect(unbalanced(books, { accepted: 10, ended: 9 })).toEqual([]);
});

it('says what ended nowhere, what ended twice, and what was not accepted', () => {
  expect(unbalanced(books, { accepted: 10, ended: 10 })).toEqual([
    'the books say that 9 engagements ended; 10 were read',
  ]);
  expect(unbalanced(books, { accepted: 10, ended: 8 })).toEqual([
    'the books say that 9 engagements ended; 8 were read',
  ]);
  expect(unbalanced(books, { accepted: 11, ended: 9 })).toEqual([
    'the books say that 10 engagements were accepted; 11 were read',
  ]);
});
