<?php
// A client in PHP, which needs nothing but PHP itself, works with the local portal: forms, lists in forms, batches, tokens, pages.

declare(strict_types=1);

$project = getenv('PORTAL_PROJECT');
$process = proc_open('exec npx --no-install pulumi-bitrix24 portal --json', [1 => ['pipe', 'w']], $pipes, $project);
$portal = json_decode(fgets($pipes[1]), true);
$passed = 0;

/** Posts a form and gives status and decoded body. */
function post(string $url, array $fields): array
{
    $context = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => 'content-type: application/x-www-form-urlencoded',
        'content' => http_build_query($fields),
        'ignore_errors' => true,
    ]]);
    $body = file_get_contents($url, false, $context);
    preg_match('/^HTTP\/\S+ (\d+)/', $http_response_header[0], $match);
    return [(int) $match[1], json_decode($body, true)];
}

/** Calls a method with the portal's token, which is renewed when it has expired. */
function call(string $method, array $fields = []): mixed
{
    global $portal;
    [, $body] = post("{$portal['portal']}/rest/$method.json", ['auth' => $portal['accessToken']] + $fields);
    if (($body['error'] ?? '') === 'expired_token') {
        [, $renewed] = post("{$portal['authorizationServer']}/oauth/token/", [
            'grant_type' => 'refresh_token',
            'client_id' => $portal['clientId'],
            'client_secret' => $portal['clientSecret'],
            'refresh_token' => $portal['refreshToken'],
        ]);
        $portal['accessToken'] = $renewed['access_token'];
        $portal['refreshToken'] = $renewed['refresh_token'];
        return call($method, $fields);
    }
    return $body['result'] ?? $body['error'] ?? null;
}

function same(string $what, mixed $expected, mixed $seen): void
{
    global $passed;
    if ($expected !== $seen) {
        throw new RuntimeException("$what: expected " . json_encode($expected) . ', seen ' . json_encode($seen));
    }
    $passed++;
}

try {
    $line = call('imopenlines.config.add', ['PARAMS' => ['LINE_NAME' => 'Größe & Co', 'ACTIVE' => 'Y', 'WORKTIME_DAYOFF' => ['SA', 'SU']]]);
    same('a line is added', 1, $line);
    $read = call('imopenlines.config.get', ['CONFIG_ID' => $line]);
    same('its name comes back', 'Größe & Co', $read['LINE_NAME']);
    same('and its list', ['SA', 'SU'], $read['WORKTIME_DAYOFF']);

    $connector = [
        'ID' => 'acme_chat',
        'NAME' => 'Acme',
        'ICON' => ['DATA_IMAGE' => 'data:image/svg+xml,<svg/>'],
        'PLACEMENT_HANDLER' => 'https://acme.example/settings',
    ];
    same('a connector is registered', ['result' => true], call('imconnector.register', $connector));
    post("{$portal['control']}tokens/expire", []);
    same('an expired token is renewed', true, call('imconnector.activate', ['CONNECTOR' => 'acme_chat', 'LINE' => 1, 'ACTIVE' => 1]));

    $batch = call('batch', ['halt' => 0, 'cmd' => [
        'status' => 'imconnector.status?' . http_build_query(['CONNECTOR' => 'acme_chat', 'LINE' => 1]),
        'wrong' => 'imconnector.activate',
    ]]);
    same('a batch is taken apart', true, $batch['result']['status']['STATUS']);
    same('and its errors', 'ERROR_ARGUMENT', $batch['result_error']['wrong']['error']);
    same('empty maps are lists', [], $batch['result_next']);

    $message = ['user' => ['id' => 7], 'message' => ['id' => 1, 'text' => 'Hello'], 'chat' => ['id' => 'c1']];
    $sent = call('imconnector.send.messages', ['CONNECTOR' => 'acme_chat', 'LINE' => 1, 'MESSAGES' => [$message]]);
    same('a message is sent', true, $sent['SUCCESS']);

    [, $first] = post("{$portal['webhook']}user.get", ['sort' => 'ID', 'order' => 'DESC', 'select' => ['ID']]);
    same('a list has rows and a total', [[['ID' => '1']], 1], [$first['result'], $first['total']]);
    [$status, $refused] = post("{$portal['portal']}/rest/profile", []);
    same('who does not say who he is is refused', [401, 'NO_AUTH_FOUND'], [$status, $refused['error']]);
    echo "$passed passed\n";
    $code = 0;
} catch (Throwable $error) {
    echo $error->getMessage(), "\n";
    $code = 1;
}
proc_terminate($process);
stream_get_contents($pipes[1]);
exit($code);
