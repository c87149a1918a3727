import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { QueueAdministration } from '#app/persistence';
import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { AdminAccess } from '../auth/admin-access.js';

export const QUEUE_BOARD_PATH = '/admin/queues';

/** Bull Board for administrators, to look at only: the rows of the database are the truth, and the API changes them. */
@Injectable()
export class QueueBoard implements NestMiddleware {
  private board: RequestHandler | null = null;

  constructor(
    private readonly queues: QueueAdministration,
    private readonly access: AdminAccess,
  ) {}

  use(request: Request, response: Response, next: NextFunction): void {
    this.access.check(request, response).then(() => {
      this.board ??= this.build();
      this.board(request, response, next);
    }, next);
  }

  private build(): RequestHandler {
    const serverAdapter = new ExpressAdapter();
    serverAdapter.setBasePath(QUEUE_BOARD_PATH);
    createBullBoard({
      queues: this.queues.all.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
      serverAdapter,
    });
    return serverAdapter.getRouter() as RequestHandler;
  }
}
