/** As much of a browser as a sign-in needs: one cookie jar, no redirect followed by itself. */
export class Browser {
  private readonly jar = new Map<string, string>();
  /** The `Set-Cookie` lines of the last answer. */
  setCookies: string[] = [];

  constructor(private readonly origin: string) {}

  /** All cookies as one would send them. */
  get cookie(): string {
    return [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  set cookie(text: string) {
    this.jar.clear();
    for (const pair of text.split('; ').filter(Boolean)) {
      const [name = '', ...value] = pair.split('=');
      this.jar.set(name, value.join('='));
    }
  }

  /** @param target a path here, or an absolute address whose path and query are asked for here */
  async go(target: string, init: RequestInit = {}): Promise<Response> {
    const { pathname, search } = new URL(target, this.origin);
    const headers = new Headers(init.headers);
    if (this.jar.size > 0) headers.set('cookie', this.cookie);
    const response = await fetch(`${this.origin}${pathname}${search}`, {
      ...init,
      headers,
      redirect: 'manual',
    });
    this.setCookies = response.headers.getSetCookie();
    for (const line of this.setCookies) this.keep(line);
    return response;
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const [name = '', ...value] = pair.split('=');
    const expires = attributes.find((attribute) => attribute.toLowerCase().startsWith('expires='));
    const isOver = expires !== undefined && new Date(expires.slice('expires='.length)).getTime() < Date.now();
    if (isOver) this.jar.delete(name);
    else this.jar.set(name, value.join('='));
  }
}

export const locationOf = (response: Response): string => response.headers.get('location') ?? '';
