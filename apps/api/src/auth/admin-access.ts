import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { toError } from '../http/to-error.js';
import { AdminGuard } from './current-user.js';
import { SessionMiddleware } from './session.middleware.js';

/** AdminGuard for what is no route of ours. */
@Injectable()
export class AdminAccess {
  constructor(
    private readonly middleware: SessionMiddleware,
    private readonly guard: AdminGuard,
  ) {}

  /** @throws DomainError UNAUTHENTICATED, FORBIDDEN */
  async check(request: Request, response: Response): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.middleware.use(request, response, (error?: unknown) =>
        error === undefined ? resolve() : reject(toError(error)),
      );
    });
    await this.guard.checkRequest(request, 'admin');
  }
}
