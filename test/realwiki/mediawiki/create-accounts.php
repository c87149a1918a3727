<?php
// Creates the accounts and writes their credentials to CURATOR_WIKI_HOME/credentials.json.
require_once '/usr/share/mediawiki/maintenance/Maintenance.php';

use MediaWiki\MediaWikiServices;

class CreateAccounts extends Maintenance {
	private const ACCOUNTS = [ 'Admin' => [ 'sysop' ], 'Uploader' => [], 'Second uploader' => [], 'Tireless bot' => [ 'bot' ] ];

	public function execute() {
		$groups = MediaWikiServices::getInstance()->getUserGroupManager();
		$pair = static fn () => [ 'key' => bin2hex( random_bytes( 16 ) ), 'secret' => bin2hex( random_bytes( 20 ) ) ];
		$credentials = [ 'consumer' => $pair(), 'tokens' => [] ];
		foreach ( self::ACCOUNTS as $name => $wanted ) {
			$user = User::newFromName( $name );
			if ( !$user->isRegistered() ) {
				$user->addToDatabase();
			}
			foreach ( $wanted as $group ) {
				$groups->addUserToGroup( $user, $group );
			}
			$credentials['tokens'][$name] = $pair();
		}
		file_put_contents( getenv( 'CURATOR_WIKI_HOME' ) . '/credentials.json', json_encode( $credentials ) );
	}
}

$maintClass = CreateAccounts::class;
require_once RUN_MAINTENANCE_IF_MAIN;
