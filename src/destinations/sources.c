// SPDX-License-Identifier: Apache-2.0
// Source definitions: the event-stream types that RudderStack's clients name, in both
// spellings.
#include "destinations/destination.h"

// type, stream type, title, category, snippet; sorted by title.
static const struct source_definition rows[] = {
    { "adjust", NULL, "Adjust", "Webhook", "webhook" },
    { "AMP", NULL, "AMP", "Web", "http" },
    { "Android", "android", "Android (Java)", "Mobile", "android" },
    { "android_kotlin", NULL, "Android (Kotlin)", "Mobile", "android" },
    { "Appcenter", NULL, "App Center", "Webhook", "webhook" },
    { "appsflyer", NULL, "AppsFlyer", "Webhook", "webhook" },
    { "Auth0", NULL, "Auth0", "Webhook", "webhook" },
    { "Braze", NULL, "Braze", "Webhook", "webhook" },
    { "canny", NULL, "Canny", "Webhook", "webhook" },
    { "close_crm", NULL, "Close CRM", "Webhook", "webhook" },
    { "cordial", NULL, "Cordial", "Webhook", "webhook" },
    { "Cordova", "cordova", "Cordova", "Mobile", "javascript" },
    { "Customerio", NULL, "Customer.io", "Webhook", "webhook" },
    { "DotNet", "dotnet", ".NET", "Server", "dotnet" },
    { "Extole", NULL, "Extole", "Webhook", "webhook" },
    { "facebook_lead_ads", NULL, "Facebook Lead Ads", "Webhook", "webhook" },
    { "Flutter", "flutter", "Flutter", "Mobile", "flutter" },
    { "formsort", NULL, "Formsort", "Webhook", "webhook" },
    { "GainsightPX", NULL, "Gainsight PX", "Webhook", "webhook" },
    { "Go", "go", "Go", "Server", "go" },
    { "HTTP", NULL, "HTTP", "Server", "http" },
    { "iOS", "ios", "iOS (Objective-C)", "Mobile", "ios" },
    { "ios_swift", "swift", "iOS (Swift)", "Mobile", "ios" },
    { "iterable", NULL, "Iterable", "Webhook", "webhook" },
    { "Java", "java", "Java", "Server", "java" },
    { "Javascript", "javascript", "JavaScript", "Web", "javascript" },
    { "Kotlin", "kotlin", "Kotlin", "Mobile", "android" },
    { "Looker", NULL, "Looker", "Webhook", "webhook" },
    { "mailjet", NULL, "Mailjet", "Webhook", "webhook" },
    { "mailmodo", NULL, "Mailmodo", "Webhook", "webhook" },
    { "moengage", NULL, "MoEngage", "Webhook", "webhook" },
    { "monday", NULL, "monday.com", "Webhook", "webhook" },
    { "Node", "node", "Node.js", "Server", "node" },
    { "olark", NULL, "Olark", "Webhook", "webhook" },
    { "ortto", NULL, "Ortto", "Webhook", "webhook" },
    { "pagerduty", NULL, "PagerDuty", "Webhook", "webhook" },
    { "PHP", "php", "PHP", "Server", "php" },
    { "pipedream", NULL, "Pipedream", "Webhook", "webhook" },
    { "profiles", NULL, "Profiles", "Profiles", "http", true },
    { "Python", "python", "Python", "Server", "python" },
    { "ReactNative", "react_native", "React Native", "Mobile", "react-native" },
    { "refiner", NULL, "Refiner", "Webhook", "webhook" },
    { "revenuecat", NULL, "RevenueCat", "Webhook", "webhook" },
    { "Ruby", "ruby", "Ruby", "Server", "ruby" },
    { "Rust", "rust", "Rust", "Server", "rust" },
    { "satismeter", NULL, "SatisMeter", "Webhook", "webhook" },
    { "Segment", NULL, "Segment", "Webhook", "webhook" },
    { "Shopify", NULL, "Shopify", "Webhook", "webhook" },
    { "signl4", NULL, "SIGNL4", "Webhook", "webhook" },
    { "slack", NULL, "Slack", "Webhook", "webhook" },
    { "Unity", "unity", "Unity", "Mobile", "unity" },
    { "webhook", NULL, "Webhook", "Webhook", "webhook" },
};

const struct source_definition *source_definition_find(str type)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (str_eq(str_of(rows[i].type), type))
            return &rows[i];
    }
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].stream_type && str_eq(str_of(rows[i].stream_type), type))
            return &rows[i];
    }
    return NULL;
}

const struct source_definition *source_definitions(size_t *ret_count)
{
    *ret_count = ARRAY_LEN(rows);
    return rows;
}
