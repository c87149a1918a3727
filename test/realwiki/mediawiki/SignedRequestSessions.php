<?php
use MediaWiki\Session\ImmutableSessionProviderWithCookie;
use MediaWiki\Session\SessionBackend;
use MediaWiki\Session\SessionInfo;
use MediaWiki\Session\UserInfo;

/** Something is wrong with a signature; the message is what Extension:OAuth says. */
class SignatureProblem extends Exception {
}

/**
 * Signs people in by OAuth 1.0a (RFC 5849) for requests to the API. Consumers and access tokens come from a file that the
 * test wiki's account script writes. Refusals have the code and the words of Extension:OAuth.
 */
class SignedRequestSessions extends ImmutableSessionProviderWithCookie {
	private const CLOCK_SKEW_SECONDS = 300;

	public function provideSessionInfo( WebRequest $request ) {
		$header = (string)$request->getHeader( 'Authorization' );
		if ( !defined( 'MW_API' ) || stripos( $header, 'OAuth ' ) !== 0 ) {
			return null;
		}
		try {
			$token = $this->verify( $request, self::readHeader( $header ) );
		} catch ( SignatureProblem $problem ) {
			return $this->refuse( $problem->getMessage() );
		}
		return $this->session( $token['key'], UserInfo::newFromName( $token['user'], true ) );
	}

	private function session( string $seed, UserInfo $user ): SessionInfo {
		return new SessionInfo( SessionInfo::MAX_PRIORITY, [
			'provider' => $this,
			'id' => $this->hashToSessionId( "signed request\n$seed" ),
			'userInfo' => $user,
			'persisted' => false,
			'forceUse' => true,
		] );
	}

	/** The API is not there yet: it is told by the first hook it runs. */
	private function refuse( string $why ): SessionInfo {
		$GLOBALS['wgHooks']['ApiBeforeMain'][] = static function () use ( $why ) {
			$text = "The authorization headers in your request are not valid: $why";
			throw ApiUsageException::newWithMessage( null, new ApiRawMessage( [ '$1', $text ], 'mwoauth-invalid-authorization' ) );
		};
		return $this->session( 'refused', UserInfo::newAnonymous() );
	}

	/** @return array{key:string,secret:string,user:string} @throws SignatureProblem */
	private function verify( WebRequest $request, array $fields ): array {
		$home = getenv( 'CURATOR_WIKI_HOME' );
		$known = json_decode( file_get_contents( "$home/credentials.json" ), true );
		$consumer = $known['consumer'];
		if ( ( $fields['oauth_consumer_key'] ?? '' ) !== $consumer['key'] ) {
			throw new SignatureProblem( 'Invalid consumer' );
		}
		$key = $fields['oauth_token'] ?? '';
		$token = null;
		foreach ( $known['tokens'] as $name => $candidate ) {
			if ( $candidate['key'] === $key ) {
				$token = $candidate + [ 'user' => $name ];
			}
		}
		if ( $token === null ) {
			throw new SignatureProblem( 'No approved grant was found for that authorization token.' );
		}
		$this->checkFreshness( $fields, $key );
		$method = $fields['oauth_signature_method'] ?? '';
		if ( $method !== 'HMAC-SHA1' ) {
			throw new SignatureProblem( "Signature method '$method' not supported try one of the following: HMAC-SHA1, RSA-SHA1" );
		}
		$secret = rawurlencode( $consumer['secret'] ) . '&' . rawurlencode( $token['secret'] );
		$expected = hash_hmac( 'sha1', self::signatureBase( $request, $fields ), $secret, true );
		if ( !hash_equals( $expected, (string)base64_decode( $fields['oauth_signature'] ?? '' ) ) ) {
			throw new SignatureProblem( 'Invalid signature' );
		}
		return $token;
	}

	/** A nonce is used up before the signature is looked at. */
	private function checkFreshness( array $fields, string $token ): void {
		$theirs = (int)( $fields['oauth_timestamp'] ?? 0 );
		$ours = time();
		if ( abs( $ours - $theirs ) > self::CLOCK_SKEW_SECONDS ) {
			throw new SignatureProblem( "Expired timestamp, yours $theirs, ours $ours" );
		}
		$nonce = $fields['oauth_nonce'] ?? '';
		$cache = ObjectCache::getInstance( CACHE_DB );
		if ( !$cache->add( $cache->makeKey( 'signed-request-nonce', md5( "$token $nonce" ) ), 1, 2 * self::CLOCK_SKEW_SECONDS ) ) {
			throw new SignatureProblem( "Nonce already used: $nonce" );
		}
	}

	private static function readHeader( string $header ): array {
		preg_match_all( '/([a-z_]+)="([^"]*)"/i', $header, $found, PREG_SET_ORDER );
		$fields = [];
		foreach ( $found as [ , $name, $value ] ) {
			$fields[$name] = rawurldecode( $value );
		}
		unset( $fields['realm'] );
		return $fields;
	}

	private static function signatureBase( WebRequest $request, array $fields ): string {
		unset( $fields['oauth_signature'] );
		$encoded = [];
		foreach ( $fields as $name => $value ) {
			$encoded[] = rawurlencode( $name ) . '=' . rawurlencode( $value );
		}
		$forms = [ (string)( $_SERVER['QUERY_STRING'] ?? '' ) ];
		if ( str_starts_with( (string)$request->getHeader( 'Content-Type' ), 'application/x-www-form-urlencoded' ) ) {
			$forms[] = $request->getRawPostString();
		}
		foreach ( array_filter( explode( '&', implode( '&', $forms ) ), 'strlen' ) as $pair ) {
			$parts = array_map( 'urldecode', explode( '=', $pair, 2 ) ) + [ '', '' ];
			$encoded[] = rawurlencode( $parts[0] ) . '=' . rawurlencode( $parts[1] );
		}
		// Names sort before values because "=" stands before every character that is not escaped, except "%", "-" and ".".
		usort( $encoded, static fn ( $a, $b ) => explode( '=', $a ) <=> explode( '=', $b ) );
		$url = 'http://' . $request->getHeader( 'Host' ) . parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH );
		return implode( '&', array_map( 'rawurlencode', [ $request->getMethod(), $url, implode( '&', $encoded ) ] ) );
	}

	public function getVaryHeaders() {
		return [ 'Authorization' => null ];
	}

	public function safeAgainstCsrf() {
		return true;
	}

	public function refreshSessionInfo( SessionInfo $info, WebRequest $request, &$metadata ) {
		return true;
	}

	public function getAllowedUserRights( SessionBackend $backend ) {
		return null;
	}
}
