import type { RequestObserver, Upstream } from '#app/protocol';
import type { Dispatcher } from 'undici';

/**
 * Connections whose requests are told to an observer.
 * @param upstreams by origin; a request to any other origin is not told
 */
export function observeDispatcher(
  dispatcher: Dispatcher,
  upstreams: ReadonlyMap<string, Upstream>,
  observer: RequestObserver,
): Dispatcher.ComposedDispatcher {
  return dispatcher.compose((dispatch) => (options, handler) => {
    const upstream = upstreams.get(String(options.origin));
    if (upstream === undefined) return dispatch(options, handler);
    const method = options.method === 'GET' || options.method === 'HEAD' ? 'GET' : 'POST';
    const end = once(observer.begin({ upstream, method, action: 'get' }));
    let status = 0;
    return dispatch(options, {
      onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
      onRequestUpgrade: (controller, code, headers, socket) =>
        handler.onRequestUpgrade?.(controller, code, headers, socket),
      onResponseStart: (controller, code, headers, message) => {
        status = code;
        handler.onResponseStart?.(controller, code, headers, message);
      },
      onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
      onResponseEnd: (controller, trailers) => {
        end(status < 400 ? 'ok' : `http-${status}`);
        handler.onResponseEnd?.(controller, trailers);
      },
      onResponseError: (controller, error) => {
        end(codeOf(error));
        handler.onResponseError?.(controller, error);
      },
    });
  });
}

const once = (tell: (outcome: string) => void): ((outcome: string) => void) => {
  let told = false;
  return (outcome) => {
    if (!told) tell(outcome);
    told = true;
  };
};

function codeOf(error: Error): string {
  if (error.name === 'TimeoutError' || /timeout/i.test(error.name)) return 'timeout';
  return error.name === 'AbortError' ? 'aborted' : 'lost';
}

/** @returns origin → upstream of those addresses that are set */
export const originsOf = (
  addresses: readonly (readonly [Upstream, string | null | undefined])[],
): ReadonlyMap<string, Upstream> =>
  new Map(
    addresses.flatMap(([upstream, url]) =>
      url && URL.canParse(url) ? [[new URL(url).origin, upstream] as const] : [],
    ),
  );
