#ifndef TOKGATE_NET_WIRE_FUNCTIONS_H
#define TOKGATE_NET_WIRE_FUNCTIONS_H

/*
 * What is used of libcurl, in the words of its header, which wire.c alone includes: name without
 * "curl_", result, arguments; alphabetical.
 *
 * libcurl is not linked but loaded when it is first needed: it brings 34 more libraries, and a run
 * that asks nothing online would spend nearly all of its time on them.
 */
#define CURL_FUNCTIONS(F)                                                                          \
    F(easy_cleanup, void, (CURL *))                                                                \
    F(easy_getinfo, CURLcode, (CURL *, CURLINFO, ...))                                             \
    F(easy_init, CURL *, (void))                                                                   \
    F(easy_setopt, CURLcode, (CURL *, CURLoption, ...))                                            \
    F(easy_strerror, const char *, (CURLcode))                                                     \
    F(free, void, (void *))                                                                        \
    F(global_init, CURLcode, (long))                                                               \
    F(multi_add_handle, CURLMcode, (CURLM *, CURL *))                                              \
    F(multi_cleanup, CURLMcode, (CURLM *))                                                         \
    F(multi_info_read, CURLMsg *, (CURLM *, int *))                                                \
    F(multi_init, CURLM *, (void))                                                                 \
    F(multi_perform, CURLMcode, (CURLM *, int *))                                                  \
    F(multi_poll, CURLMcode, (CURLM *, struct curl_waitfd[], unsigned int, int, int *))            \
    F(multi_remove_handle, CURLMcode, (CURLM *, CURL *))                                           \
    F(multi_setopt, CURLMcode, (CURLM *, CURLMoption, ...))                                        \
    F(multi_strerror, const char *, (CURLMcode))                                                   \
    F(multi_wakeup, CURLMcode, (CURLM *))                                                          \
    F(slist_append, struct curl_slist *, (struct curl_slist *, const char *))                      \
    F(slist_free_all, void, (struct curl_slist *))                                                 \
    F(url, CURLU *, (void))                                                                        \
    F(url_cleanup, void, (CURLU *))                                                                \
    F(url_get, CURLUcode, (CURLU *, CURLUPart, char **, unsigned int))                             \
    F(url_set, CURLUcode, (CURLU *, CURLUPart, const char *, unsigned int))                        \
    F(version_info, curl_version_info_data *, (CURLversion))

#endif
