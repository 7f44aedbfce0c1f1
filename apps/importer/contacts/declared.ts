/** What a workspace declares of its contacts, for the rows of a file. */
import { IANAZone } from 'luxon';
import type { WishContext } from '#domain/contact/wish/contact-wish.js';

/** Nothing is declared: any attribute and any owner is taken. */
export const UNDECLARED: WishContext = {
  attributes: new Map(),
  owners: new Set(),
  isTimeZone: (name) => IANAZone.isValidZone(name),
};
