from django.urls import path

from apps.people.views import factor_resets, invitations, memberships, people, reviews, roles, saved_views, tokens

app_name = "people"
FactorResetDecideView = factor_resets.FactorResetDecideView
urlpatterns = [
    path("users/", people.PersonListView.as_view(), name="person_list"),
    path("users/invite/", invitations.InviteView.as_view(), name="invitation_add"),
    path("users/invitations/", invitations.InvitationListView.as_view(), name="invitation_list"),
    path(
        "users/invitations/<int:pk>/withdraw/",
        invitations.InvitationWithdrawView.as_view(),
        name="invitation_withdraw",
    ),
    path("users/invitations/<int:pk>/resend/", invitations.InvitationResendView.as_view(), name="invitation_resend"),
    path("users/review/", reviews.ReviewListView.as_view(), name="review_list"),
    path("users/review/decide/", reviews.ReviewDecideView.as_view(), name="review_decide"),
    path("users/review/progress/", reviews.ReviewProgressView.as_view(), name="review_progress"),
    path("users/roles/", roles.RolesView.as_view(), name="role_table"),
    path("users/deputies/", memberships.DeputyListView.as_view(), name="deputy_list"),
    path("users/deputies/<int:pk>/end/", memberships.DeputyEndView.as_view(), name="deputy_end"),
    path("users/memberships/<int:pk>/deputy/", memberships.DeputyNameView.as_view(), name="deputy_name"),
    path("users/memberships/<int:pk>/extend/", memberships.MembershipExtendView.as_view(), name="membership_extend"),
    path("users/memberships/<int:pk>/end/", memberships.MembershipEndView.as_view(), name="membership_end"),
    path("users/tokens/", tokens.ApiTokenListView.as_view(), name="apitoken_list"),
    path("users/tokens/add/", tokens.ApiTokenAddView.as_view(), name="apitoken_add"),
    path("users/tokens/<int:pk>/revoke/", tokens.ApiTokenRevokeView.as_view(), name="apitoken_revoke"),
    path(
        "users/factor-resets/<int:pk>/approve/", FactorResetDecideView.as_view(is_approved=True), name="reset_approve"
    ),
    path("users/factor-resets/<int:pk>/refuse/", FactorResetDecideView.as_view(is_approved=False), name="reset_refuse"),
    path("users/<int:pk>/", people.PersonDetailView.as_view(), name="person_detail"),
    path("users/<int:pk>/grant/", memberships.MembershipGrantView.as_view(), name="membership_grant"),
    path("users/<int:pk>/close/", people.PersonCloseView.as_view(), name="person_close"),
    path("users/<int:pk>/sessions/end/", people.PersonSessionsEndView.as_view(), name="person_sessions_end"),
    path("users/<int:pk>/reopen/", people.PersonReopenView.as_view(), name="person_reopen"),
    path("users/<int:pk>/factor-reset/", factor_resets.FactorResetRequestView.as_view(), name="reset_request"),
    path("account/views/", saved_views.SavedViewListView.as_view(), name="savedview_list"),
    path("account/views/add/", saved_views.SavedViewAddView.as_view(), name="savedview_add"),
    path("account/views/<int:pk>/", saved_views.SavedViewChangeView.as_view(), name="savedview_change"),
    path("account/views/<int:pk>/delete/", saved_views.SavedViewDeleteView.as_view(), name="savedview_delete"),
    path("account/tokens/", tokens.OwnTokenListView.as_view(), name="owntoken_list"),
    path("account/tokens/add/", tokens.OwnTokenAddView.as_view(), name="owntoken_add"),
    path("account/tokens/<int:pk>/revoke/", tokens.OwnTokenRevokeView.as_view(), name="owntoken_revoke"),
    path("accounts/invitation/<str:token>/", invitations.InvitationAcceptView.as_view(), name="invitation_accept"),
]
