/** `/pages/imports`: files that were handed over, and how far each has come. */
import { Controller, Get, Inject, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Needs } from '#platform/auth/api-key.guard.js';
import { CLOCK } from '../../dependencies.js';
import { ImportDesk } from '../../imports/import-desk.js';
import { AsksFragment, FromVisitor, PageGuard } from '../page.guard.js';
import { page } from '../parts/layout.js';
import { HtmlPage } from '../respond.js';
import type { Visitor } from '../session.js';
import { importsView } from './imports-view.js';

const SHOWN = 50;
const REFRESH_MS = 2_000;
const CONTACTS = { path: '/pages/contacts', name: 'Contacts' };

@ApiExcludeController()
@UseGuards(PageGuard)
@Needs('read:contacts')
@Controller('pages/imports')
export class ImportsPageController {
  constructor(
    private readonly desk: ImportDesk,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  @HtmlPage()
  @Get()
  async list(@FromVisitor() visitor: Visitor, @AsksFragment() fragment: boolean): Promise<string> {
    const imports = await this.desk.list(visitor.caller.workspaceId, SHOWN);
    const frame = { visitor, at: CONTACTS.path, title: 'Imports', back: CONTACTS, liveMs: REFRESH_MS };
    return page({ ...frame, body: importsView(imports, this.clock()) }, fragment).text;
  }
}
