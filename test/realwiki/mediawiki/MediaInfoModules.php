<?php
use MediaWiki\MediaWikiServices;
use Wikimedia\ParamValidator\ParamValidator;

/**
 * Structured data of files as far as an uploader needs it, kept as one JSON file a page beside the wiki's database.
 * Extension:WikibaseMediaInfo is not part of Debian; parameters and answers are Wikibase's.
 */
class MediaInfoStore {
	public static function pageOf( ?string $id, ?string $title ): ?Title {
		$page = $id === null ? Title::newFromText( (string)$title ) : Title::newFromID( (int)substr( $id, 1 ) );
		return $page && $page->exists() && $page->getNamespace() === NS_FILE ? $page : null;
	}

	public static function read( Title $page ): ?array {
		$text = @file_get_contents( self::file( $page ) );
		return $text === false ? null : json_decode( $text, true );
	}

	public static function write( Title $page, array $entity ): array {
		$entity['lastrevid'] = $page->getLatestRevID() * 1000 + ( ( $entity['lastrevid'] ?? 0 ) % 1000 ) + 1;
		file_put_contents( self::file( $page ), json_encode( $entity ), LOCK_EX );
		return $entity;
	}

	/** As Wikibase serializes: an empty map of statements is a list. */
	public static function describe( Title $page, array $entity ): array {
		$id = 'M' . $page->getArticleID();
		return [
			'pageid' => $page->getArticleID(),
			'ns' => NS_FILE,
			'title' => $page->getPrefixedText(),
			'lastrevid' => $entity['lastrevid'],
			'type' => 'mediainfo',
			'id' => $id,
			'labels' => (object)$entity['labels'],
			'descriptions' => (object)[],
			'statements' => $entity['statements'] ?: [],
		];
	}

	private static function file( Title $page ): string {
		return getenv( 'CURATOR_WIKI_HOME' ) . '/entities/M' . $page->getArticleID() . '.json';
	}
}

class ApiGetMediaInfo extends ApiBase {
	public function execute() {
		$params = $this->extractRequestParams();
		$entities = [];
		foreach ( $params['ids'] ?? [] as $id ) {
			$page = MediaInfoStore::pageOf( $id, null );
			if ( !$page ) {
				$this->dieWithError( [ 'rawmessage', "Could not find an entity with the ID \"$id\"." ], 'no-such-entity', [ 'id' => $id ] );
			}
			$entities[$id] = $this->one( $page );
		}
		foreach ( $params['titles'] ?? [] as $index => $title ) {
			$page = MediaInfoStore::pageOf( null, $title );
			$key = $page ? 'M' . $page->getArticleID() : (string)( -1 - $index );
			$entities[$key] = $page ? $this->one( $page ) : [ 'site' => $params['sites'][0] ?? '', 'title' => $title, 'missing' => '' ];
		}
		$this->getResult()->addValue( null, 'entities', $entities );
		$this->getResult()->addValue( null, 'success', 1 );
	}

	private function one( Title $page ): array {
		$entity = MediaInfoStore::read( $page );
		return $entity ? MediaInfoStore::describe( $page, $entity ) : [ 'id' => 'M' . $page->getArticleID(), 'missing' => '' ];
	}

	public function getAllowedParams() {
		$several = [ ParamValidator::PARAM_TYPE => 'string', ParamValidator::PARAM_ISMULTI => true ];
		return [ 'ids' => $several, 'sites' => $several, 'titles' => $several, 'props' => $several, 'languages' => $several ];
	}
}

class ApiEditMediaInfo extends ApiBase {
	public function execute() {
		$params = $this->extractRequestParams();
		$user = $this->getUser();
		$this->checkUserRightsAny( 'edit' );
		$page = MediaInfoStore::pageOf( $params['id'], $params['title'] );
		if ( !$page ) {
			$this->dieWithError( [ 'rawmessage', 'No entity found matching site link "' . $params['title'] . '".' ], 'no-such-entity-link' );
		}
		$data = json_decode( $params['data'], true );
		if ( !is_array( $data ) ) {
			$this->dieWithError( [ 'rawmessage', 'The supplied JSON could not be decoded.' ], 'invalid-json' );
		}
		$entity = MediaInfoStore::read( $page ) ?? [ 'labels' => [], 'statements' => [], 'lastrevid' => 0 ];
		$base = $params['baserevid'];
		if ( $base !== null && $entity['lastrevid'] > $base ) {
			$this->dieWithError( [ 'rawmessage', 'Edit conflict.' ], 'editconflict' );
		}
		if ( $user->pingLimiter( 'edit' ) ) {
			$throttled = [ 'name' => 'actionthrottledtext', 'parameters' => [], 'html' => 'You are limited from performing this action too many times.' ];
			$this->dieWithError( [ 'rawmessage', 'The save has failed.' ], 'failed-save', [ 'messages' => [ $throttled ] ] );
		}
		$entity = MediaInfoStore::write( $page, $this->apply( $entity, $data, 'M' . $page->getArticleID() ) );
		$this->getResult()->addValue( null, 'entity', MediaInfoStore::describe( $page, $entity ) );
		$this->getResult()->addValue( null, 'success', 1 );
	}

	private function apply( array $entity, array $data, string $id ): array {
		foreach ( $data['labels'] ?? [] as $label ) {
			$entity['labels'][$label['language']] = [ 'language' => $label['language'], 'value' => $label['value'] ];
		}
		$claims = $data['claims'] ?? [];
		foreach ( array_is_list( $claims ) ? $claims : array_merge( ...array_values( $claims ) ) as $claim ) {
			$known = $claim['id'] ?? null;
			foreach ( $entity['statements'] as $property => $group ) {
				$entity['statements'][$property] = array_values( array_filter( $group, static fn ( $other ) => $other['id'] !== $known ) );
			}
			if ( !isset( $claim['remove'] ) ) {
				$property = $claim['mainsnak']['property'] ?? null;
				if ( ( $claim['type'] ?? '' ) !== 'statement' || !$property ) {
					$this->dieWithError( [ 'rawmessage', 'Malformed claim' ], 'invalid-claim' );
				}
				$claim['id'] = $known ?? $id . '$' . strtoupper( MediaWikiServices::getInstance()->getGlobalIdGenerator()->newUUIDv4() );
				$claim['mainsnak']['hash'] = sha1( json_encode( $claim['mainsnak'] ) );
				$entity['statements'][$property][] = $claim;
			}
		}
		$entity['statements'] = array_filter( $entity['statements'] );
		return $entity;
	}

	public function getAllowedParams() {
		return [
			'id' => null, 'site' => null, 'title' => null, 'summary' => null, 'tags' => null, 'bot' => false, 'clear' => false,
			'data' => [ ParamValidator::PARAM_TYPE => 'text', ParamValidator::PARAM_REQUIRED => true ],
			'baserevid' => [ ParamValidator::PARAM_TYPE => 'integer' ],
		];
	}

	public function mustBePosted() {
		return true;
	}

	public function isWriteMode() {
		return true;
	}

	public function needsToken() {
		return 'csrf';
	}
}
