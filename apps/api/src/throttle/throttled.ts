import { applyDecorators, Injectable, SetMetadata, UseGuards } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { ApiConfig } from '../api.config.js';
import { addressOf } from '../http/client-address.js';
import { Throttles, THROTTLES, type ThrottleName } from './throttles.js';

const THROTTLE = Symbol('throttle of a route');

/** Counts the calls of a route. @throws DomainError RATE_LIMITED, NOT_READY */
@Injectable()
export class ThrottleGuard implements CanActivate {
  constructor(
    private readonly config: ApiConfig,
    private readonly throttles: Throttles,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const name = this.reflector.get<ThrottleName>(THROTTLE, context.getHandler());
    await this.throttles.take(name, this.whoAsks(name, context.switchToHttp().getRequest<Request>()));
    return true;
  }

  private whoAsks(name: ThrottleName, request: Request): string {
    if (THROTTLES[name].by === 'address') return addressOf(request, this.config.trustProxy);
    if (request.signedInUser === undefined)
      throw new Error(`@Throttled('${name}') needs SessionGuard before it`);
    return request.signedInUser.userid;
  }
}

/** Limits how often a route may be called, by address or, on routes of controllers that `SessionGuard` or `AdminGuard` protects, by person. */
export const Throttled = (name: ThrottleName): MethodDecorator =>
  applyDecorators(SetMetadata(THROTTLE, name), UseGuards(ThrottleGuard));
