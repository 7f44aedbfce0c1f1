/** `/pages/contacts`: find a contact, and look at one. */
import { Controller, Get, Inject, Param, Query, Req, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Pool } from '#adapters/postgres/pool.js';
import { contactCursor, listContacts } from '#adapters/postgres/read-models/queries/contact-list.js';
import type { Uuid } from '#contracts/ids.js';
import { wordsAsked } from '#engine/projection/search.js';
import { Needs } from '#platform/auth/api-key.guard.js';
import type { Configuration } from '#platform/configuration/configuration.js';
import { encodeCursor } from '#platform/http/cursor.js';
import { cursorOf, timelineCursorOf } from '../../contacts/contact-search.js';
import { CLOCK, CONFIGURATION, POOL } from '../../dependencies.js';
import { id } from '../../openapi/fields.js';
import { pageOf } from '../../openapi/pages.js';
import { publicUrl } from '../../sources/public-url.js';
import { html } from '../html.js';
import { AsksFragment, FromVisitor, PageGuard } from '../page.guard.js';
import { page } from '../parts/layout.js';
import { nameOf } from '../parts/people.js';
import { HtmlPage } from '../respond.js';
import type { Visitor } from '../session.js';
import { contactListView, searchForm } from './contact-list-view.js';
import { ContactPages } from './contact-pages.js';
import { contactView } from './contact-view.js';

const LIMIT = 50;
const REFRESH_MS = 3_000;
const IMPORTS = html`<a class="back" href="/pages/imports">Imports</a>`;
const CONTACTS = { path: '/pages/contacts', name: 'Contacts' };
const search = z.object({
  q: z.string().max(200).default(''),
  tag: z.string().max(200).default(''),
  cursor: z.string().max(2000).optional(),
});
const place = z.object({ cursor: z.string().max(2000).optional() });

@ApiExcludeController()
@UseGuards(PageGuard)
@Needs('read:contacts')
@Controller('pages/contacts')
export class ContactsPageController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: () => number,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly contacts: ContactPages,
  ) {}

  @HtmlPage()
  @Get()
  async list(
    @FromVisitor() visitor: Visitor,
    @AsksFragment() fragment: boolean,
    @Query({ schema: search }) { q, tag, cursor }: z.output<typeof search>,
    @Req() request: FastifyRequest,
  ): Promise<string> {
    const filter = { words: wordsAsked(q), tags: tag === '' ? [] : [tag] };
    const sort = '-updated';
    const asked = { sort, after: cursorOf(cursor, sort), limit: LIMIT + 1 } as const;
    const rows = await listContacts(this.pool, visitor.caller.workspaceId, filter, asked);
    const { items, next } = pageOf(
      rows,
      LIMIT,
      (row) => row,
      (row) => encodeCursor(contactCursor(sort, row)),
    );
    const list = { rows: items, next, search: { q, tag }, origin: publicUrl(this.configuration, request) };
    const frame = { visitor, at: '/pages/contacts', title: 'Contacts', aside: [searchForm({ q, tag }), IMPORTS] };
    const live = cursor === undefined ? { liveMs: REFRESH_MS } : {};
    return page({ ...frame, ...live, body: contactListView(list, this.clock()) }, fragment).text;
  }

  @HtmlPage()
  @Get(':contactId')
  async one(
    @FromVisitor() visitor: Visitor,
    @AsksFragment() fragment: boolean,
    @Param('contactId', { schema: id }) contactId: Uuid,
    @Query({ schema: place }) { cursor }: z.output<typeof place>,
  ): Promise<string> {
    const { shown, context } = await this.contacts.read(visitor.caller, contactId, timelineCursorOf(cursor));
    const live = cursor === undefined ? { liveMs: REFRESH_MS } : {};
    const frame = { visitor, at: '/pages/contacts', title: nameOf(shown.contact), back: CONTACTS, ...live };
    return page({ ...frame, body: contactView(shown, context) }, fragment).text;
  }
}
