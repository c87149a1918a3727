<?php
// Settings of the test wiki, required at the end of the LocalSettings.php that MediaWiki's installer writes.
// CURATOR_WIKI_HOME is the directory of everything this wiki owns.

$home = getenv( 'CURATOR_WIKI_HOME' );

// One cache for all worker processes: rate limits, nonces and upload sessions have to be shared.
$wgMainCacheType = $wgSessionCacheType = $wgParserCacheType = $wgMessageCacheType = CACHE_DB;

$wgEnableUploads = true;
$wgUploadDirectory = "$home/images";
$wgUploadPath = '/images';
$wgTmpDirectory = "$home/tmp";
$wgFileExtensions = [ 'jpg', 'jpeg', 'png', 'gif', 'tif', 'tiff', 'webp' ];
$wgMaxUploadSize = 5 * 1024 ** 3;
$wgUseImageMagick = false;
// `async=1` is ignored without this.
$wgEnableAsyncUploads = true;

$wgEnableEmail = false;
$wgPingback = false;
// Jobs of asynchronous uploads run in processes of their own.
$wgJobRunRate = 0;
$wgShowExceptionDetails = true;
$wgPasswordPolicy['policies']['default'] = [];
// Everybody is autoconfirmed from the start.
$wgAutoConfirmAge = 0;
$wgAutoConfirmCount = 0;

// As on Commons: wmf-config/InitialiseSettings.php.
$wgRateLimits['edit'] = [ 'user' => [ 900, 180 ] ];
$wgRateLimits['upload'] = [ 'user' => [ 380, 4320 ] ];
$wgRateLimits['purge'] = [ 'user' => [ 30, 60 ] ];
$wgRateLimits['linkpurge'] = [ 'user' => [ 30, 60 ] ];

$wgTitleBlacklistSources = [ 'tests' => [ 'type' => 'file', 'src' => __DIR__ . '/forbidden-titles.txt' ] ];

$wgDBerrorLog = "$home/log/database.log";
$wgDebugLogGroups = [ 'exception' => "$home/log/exceptions.log", 'error' => "$home/log/errors.log" ];

require_once __DIR__ . '/SignedRequestSessions.php';
$wgSessionProviders[SignedRequestSessions::class] = [ 'class' => SignedRequestSessions::class ];

require_once __DIR__ . '/MediaInfoModules.php';
$wgAPIModules['wbgetentities'] = ApiGetMediaInfo::class;
$wgAPIModules['wbeditentity'] = ApiEditMediaInfo::class;

// What a test changed while the wiki runs: any $wg setting, and `lag` in seconds for maxlag.
$overrides = json_decode( (string)@file_get_contents( "$home/overrides.json" ), true ) ?: [];
foreach ( $overrides as $name => $value ) {
	if ( $name === 'lag' ) {
		$wgHooks['ApiMaxLagInfo'][] = static function ( array &$info ) use ( $value ) {
			$info = [ 'host' => '127.0.0.1', 'lag' => $value, 'type' => 'db' ];
		};
	} elseif ( str_starts_with( $name, 'wg' ) ) {
		$GLOBALS[$name] = is_array( $value ) && is_array( $GLOBALS[$name] ?? null ) ? array_replace( $GLOBALS[$name], $value ) : $value;
	}
}
unset( $home, $overrides, $name, $value );
